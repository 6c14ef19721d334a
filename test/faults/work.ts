import type { ApiClient } from '../../deploy/client/api-client.ts';
import { askForServer, byMany, hostsOf, type ListedServer, partsOf, untilSettled } from '../support/many-servers.ts';
import { actOn, beginMove } from '../support/server-calls.ts';
import { waitUntil } from '../support/wait-until.ts';

/** The work in progress when a fault strikes. */
export interface Work {
  readonly kind: 'build' | 'resize' | 'move';
  readonly count: number;
  /** Prepares what the work needs; nothing is in progress after it. */
  prepare(): Promise<void>;
  /** Asks for everything; calls `struck` when about half was accepted. @returns the servers; a refused request is in `refused`. */
  ask(halfway: () => void): Promise<{ readonly ids: readonly string[]; readonly refused: readonly string[] }>;
  /** Whether the server has what was asked for. */
  isDone(server: ListedServer): boolean;
}

const CLIENTS = 16;

export function builds(admin: ApiClient, name: string, count: number): Work {
  return {
    kind: 'build',
    count,
    prepare: async () => undefined,
    ask: async (halfway) => {
      const parts = await partsOf(admin);
      const ids: string[] = [];
      const refused = await askEach(numbers(count), halfway, async (n) => {
        ids.push(await askForServer(admin, parts, `${name}-${n}`));
      });
      return { ids, refused };
    },
    isDone: ({ status }) => status === 'ACTIVE',
  };
}

export function resizes(admin: ApiClient, name: string, count: number): Work {
  const ids: string[] = [];
  return {
    kind: 'resize',
    count,
    prepare: async () => void ids.push(...(await activeServers(admin, name, count))),
    ask: async (halfway) => ({
      ids,
      refused: await askEach(ids, halfway, async (id) => {
        await actOn(admin, id, { resize: { flavorRef: '2' } });
      }),
    }),
    isDone: ({ status, 'OS-EXT-STS:task_state': task }) => status === 'VERIFY_RESIZE' && task === null,
  };
}

/** From one cell to the other, all of them. */
export function moves(admin: ApiClient, name: string, count: number, from: string, to: string): Work {
  const ids: string[] = [];
  return {
    kind: 'move',
    count,
    prepare: async () => void ids.push(...(await activeServers(admin, name, count, from))),
    ask: async (halfway) => ({
      ids,
      refused: await askEach(ids, halfway, async (id) => {
        await beginMove(admin, id, to);
      }),
    }),
    isDone: ({ status, 'OS-EXT-STS:task_state': task, 'OS-EXT-SRV-ATTR:host': host }) =>
      status === 'ACTIVE' && task === null && host?.startsWith(`${to}-`) === true,
  };
}

/** On the hosts of the cell, one after the other; without one wherever they are placed. */
async function activeServers(admin: ApiClient, name: string, count: number, cell?: string): Promise<string[]> {
  const [parts, hosts] = await Promise.all([partsOf(admin), cell === undefined ? [] : hostsOf(admin, cell)]);
  const ids: string[] = [];
  await byMany(numbers(count), CLIENTS, async (n) => {
    const host = hosts[n % hosts.length];
    ids.push(await askForServer(admin, host === undefined ? parts : { ...parts, host }, `${name}-${n}`));
  });
  const ready = await untilSettled(admin, ids, ({ status }) => status === 'ACTIVE', 60_000);
  if (ready.some((server) => server?.status !== 'ACTIVE')) throw new Error('the servers are not ACTIVE');
  return ids;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

async function askEach<T>(things: readonly T[], halfway: () => void, ask: (thing: T) => Promise<void>) {
  const refused: string[] = [];
  let asked = 0;
  await byMany(things, CLIENTS, async (thing) => {
    await ask(thing).catch((error: Error) => refused.push(error.message));
    asked += 1;
    if (asked === Math.ceil(things.length / 2)) halfway();
  });
  return refused;
}

/** After resizes: half are confirmed, half reverted; all are ACTIVE at the end. @returns those that are not. */
export async function endResizes(admin: ApiClient, ids: readonly string[]): Promise<readonly string[]> {
  await byMany([...ids.entries()], CLIENTS, async ([n, id]) => {
    const body = n % 2 === 0 ? { confirmResize: null } : { revertResize: null };
    await waitUntil(`the end of the resize of ${id}`, async () => {
      await actOn(admin, id, body);
      return true;
    });
  });
  const ended = await untilSettled(
    admin,
    ids,
    ({ status, 'OS-EXT-STS:task_state': task }) => status === 'ACTIVE' && task === null,
    60_000,
  );
  return ended.flatMap((server, n) => (server?.status === 'ACTIVE' ? [] : [ids[n] ?? '']));
}
