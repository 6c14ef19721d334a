import { setTimeout as delay } from 'node:timers/promises';
import type { ComputeClient } from '../bench/compute-client.ts';
import { type BuildInput, deleteAll, listTimes, manyAtOnce, oneAtATime, showTimes } from '../bench/measures.ts';

export interface ProfileCase {
  readonly name: string;
  readonly about: string;
  /** What the figures are divided by. */
  readonly unit: string;
  /** Before anything is counted. */
  prepare(client: ComputeClient, input: BuildInput, count: number): Promise<void>;
  /** @returns how many units were done. */
  run(client: ComputeClient, input: BuildInput, count: number): Promise<number>;
}

const WARM = 20;
/** After a start, before nothing is measured: processes are attentive for a while, and give back what their start needed. */
const REST_MS = 15_000;
const PAGE = 50;

const servers = async (client: ComputeClient): Promise<readonly string[]> =>
  (await client.call('compute', 'GET /servers', { query: { limit: 1_000 } })).body.servers.map(({ id }) => id);

const warm: ProfileCase['prepare'] = async (client, input) => {
  await manyAtOnce(client, input, WARM, 4, 'warm');
};
const filled: ProfileCase['prepare'] = async (client, input, count) => {
  await manyAtOnce(client, input, count, 16, 'fill');
};

export const CASES: readonly ProfileCase[] = [
  {
    ...{ name: 'idle', about: 'nothing, for so many seconds', unit: 'second' },
    prepare: async () => {
      await delay(REST_MS);
    },
    run: async (_client, _input, count) => {
      await delay(count * 1_000);
      return count;
    },
  },
  {
    ...{ name: 'create', about: 'servers built one after the other', unit: 'server' },
    prepare: warm,
    run: async (client, input, count) => {
      await oneAtATime(client, input, count);
      return count;
    },
  },
  {
    ...{ name: 'create-at-once', about: 'servers built by 16 clients at once', unit: 'server' },
    prepare: warm,
    run: async (client, input, count) => {
      await manyAtOnce(client, input, count, 16, 'many');
      return count;
    },
  },
  {
    ...{ name: 'stop', about: 'servers stopped one after the other', unit: 'server' },
    prepare: filled,
    run: async (client) => {
      const ids = await servers(client);
      for (const id of ids) {
        await client.call('compute', 'POST /servers/{id}/action', { path: { id }, body: { 'os-stop': null } });
        await client.untilStatus(id, 'SHUTOFF', 2);
      }
      return ids.length;
    },
  },
  {
    ...{ name: 'delete', about: 'servers deleted at once', unit: 'server' },
    prepare: filled,
    run: async (client) => (await deleteAll(client)).count,
  },
  {
    ...{ name: 'get', about: 'GET of one server, again and again', unit: 'request' },
    prepare: warm,
    run: async (client, _input, count) => {
      const [id = ''] = await servers(client);
      return (await showTimes(client, id, count)).length;
    },
  },
  {
    ...{ name: 'list', about: `GET of a page of ${PAGE} servers in detail`, unit: 'page' },
    prepare: async (client, input) => {
      await manyAtOnce(client, input, PAGE, 16, 'fill');
    },
    run: async (client, _input, count) => (await listTimes(client, PAGE, count)).length,
  },
];
