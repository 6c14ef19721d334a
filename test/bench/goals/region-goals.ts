import { setTimeout as delay } from 'node:timers/promises';
import type { BenchRegion } from '../bench-region.ts';
import { prepare } from '../bench-region.ts';
import type { ComputeClient } from '../compute-client.ts';
import { type BuildInput, deleteAll, manyAtOnce, oneAtATime } from '../measures.ts';
import { summarize } from '../statistics.ts';
import type { Result } from './goal.ts';
import { StoreMeter, type StoreUse } from './store-meter.ts';

const CLIENTS = 16;
/** Pages of each kind that are timed. */
const PAGES = 100;
/** An idle region looks less often after a while (docs/performance.md). */
const SETTLE_MS = 30_000;
const median = (values: readonly number[]): number => summarize(values).median;

interface RegionSize {
  readonly cells: number;
  /** Built one at a time, and at once. */
  readonly single: number;
  readonly servers: number;
  readonly multiCreate: number;
  /** So long requests are counted, and an idle region is watched, s. */
  readonly seconds: number;
}

/** What one region shows, in the sequence in which it is measured. `found` is called with each result. */
export async function measureGoals(
  region: BenchRegion,
  size: RegionSize,
  found: (result: Result) => void,
): Promise<void> {
  const { cells, seconds } = size;
  const of = (what: string): string => `${what}, ${cells} cells`;
  const client = await region.login(CLIENTS);
  const input = await prepare(client);
  const usage = await region.meter();
  const stores = await StoreMeter.open(region.home);
  await manyAtOnce(client, input, 40, 8, 'warm');
  await deleteAll(client);

  await delay(SETTLE_MS);
  const idle = usage();
  const idleIsOver = await stores.startIdle();
  await delay(seconds * 1_000);
  await idleIsOver();
  const cpu = (usage().cpuSeconds - idle.cpuSeconds) / seconds;
  found({ ...{ what: of('idle, of a core'), unit: '%', goal: cells === 2 ? 5 : cells }, measured: 100 * cpu });
  found({
    ...{ what: of('idle, memory'), unit: 'MiB', goal: cells === 2 ? 900 : 350 * cells },
    measured: usage().memoryMib,
  });

  const ofSingle = await stores.start();
  const single = await oneAtATime(client, input, size.single);
  const usedAlone = await ofSingle(size.single);
  found({ ...{ what: of('POST answered, one at a time'), unit: 'ms', goal: 4 }, measured: median(single.post) });
  found({ ...{ what: of('POST → ACTIVE, one at a time'), unit: 'ms', goal: 25 }, measured: median(single.active) });
  asked(found, of, 'a server built alone', usedAlone, { directory: 24, cells: 35, redis: 110 });
  const ofStops = await stores.start();
  const stops = await stopTimes(client, size.single);
  const usedByStop = await ofStops(stops.length);
  found({ ...{ what: of('stop → SHUTOFF, one at a time'), unit: 'ms', goal: 12 }, measured: median(stops) });
  asked(found, of, 'a stop', usedByStop, { cells: 23, redis: 59 });

  const before = usage();
  const ofMany = await stores.start();
  const many = await manyAtOnce(client, input, size.servers, CLIENTS, 'many');
  const used = usage().cpuSeconds - before.cpuSeconds;
  const usedAtOnce = await ofMany(size.servers);
  found({
    ...{ what: of(`creates, ${CLIENTS} clients`), unit: '/s', goal: 200 },
    measured: size.servers / many.seconds,
  });
  found({ ...{ what: of('CPU per server built'), unit: 'ms', goal: 8 }, measured: (1_000 * used) / size.servers });
  asked(found, of, 'a server built with others', usedAtOnce, { directory: 8, cells: 12 });

  const [first] = (await client.call('compute', 'GET /servers', { query: { limit: 1 } })).body.servers;
  const path = { id: first?.id ?? '' };
  const pageOf = async (page: 'GET /servers' | 'GET /servers/detail', limit: number): Promise<number> =>
    median(await timesOf(PAGES, () => client.call('compute', page, { query: { limit } })));
  const [onePage, fiftyPage] = [await pageOf('GET /servers', 1), await pageOf('GET /servers/detail', 50)];
  found({ ...{ what: of('servers?limit=1, p50'), unit: 'ms', goal: 5.4 }, measured: onePage });
  found({ ...{ what: of('detail of 50, p50'), unit: 'ms', goal: 9.3 }, measured: fiftyPage });
  const gets = await rate(seconds, () => client.call('compute', 'GET /servers/{id}', { path }));
  found({ ...{ what: of(`GET one, ${CLIENTS} clients`), unit: '/s', goal: 5_000 }, measured: gets });
  const pages = await rate(seconds, () => client.call('compute', 'GET /servers', { query: { limit: 1 } }));
  found({ ...{ what: of(`servers?limit=1, ${CLIENTS} clients`), unit: '/s', goal: 3_000 }, measured: pages });

  const built = await multiCreate(client, input, size.multiCreate);
  found({ ...{ what: of('multi-create'), unit: '/s', goal: cells === 2 ? 400 : 300 }, measured: built });
  found({ ...{ what: of('all 10,000 by pages of 1,000'), unit: 's', goal: 0.5 }, measured: await walk(client) });
  found({
    ...{ what: of(`memory with ${size.servers + size.single + size.multiCreate} servers`), unit: 'MiB' },
    ...{ goal: cells === 2 ? 2_253 : 594 * cells, measured: usage().memoryMib },
  });
  const deleted = await deleteAll(client);
  found({ ...{ what: of('deletes'), unit: '/s', goal: 300 }, measured: deleted.count / deleted.seconds });
  await stores.close();
  await client.close();
}

/** What each of some things asked the stores; the goal is what it asked when the goals were set. */
function asked(
  found: (result: Result) => void,
  of: (what: string) => string,
  what: string,
  use: StoreUse,
  goals: Partial<StoreUse>,
): void {
  const names = { directory: 'directory statements', cells: 'cell statements', redis: 'Redis commands' } as const;
  for (const key of ['directory', 'cells', 'redis'] as const) {
    const goal = goals[key];
    if (goal !== undefined) found({ what: of(`${names[key]} of ${what}`), unit: '', goal, measured: use[key] });
  }
}

async function timesOf(count: number, ask: () => Promise<{ readonly ms: number }>): Promise<readonly number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) times.push((await ask()).ms);
  return times;
}

async function stopTimes(client: ComputeClient, count: number): Promise<readonly number[]> {
  const { servers } = (await client.call('compute', 'GET /servers', { query: { limit: count } })).body;
  const times: number[] = [];
  for (const { id } of servers) {
    const from = performance.now();
    await client.call('compute', 'POST /servers/{id}/action', { path: { id }, body: { 'os-stop': null } });
    await client.untilStatus(id, 'SHUTOFF', 2);
    times.push(performance.now() - from);
  }
  return times;
}

/** Requests a second of all clients. */
async function rate(seconds: number, ask: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  let done = 0;
  const one = async (): Promise<void> => {
    while (performance.now() - from < seconds * 1_000) {
      await ask();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, one));
  return (1_000 * done) / (performance.now() - from);
}

/** Servers a second until all of one request are ACTIVE. */
async function multiCreate(client: ComputeClient, input: BuildInput, count: number): Promise<number> {
  const from = performance.now();
  const server = {
    ...{ name: 'multi', flavorRef: input.flavorId, imageRef: input.imageId, networks: [{ uuid: input.networkId }] },
    ...{ min_count: count, max_count: count },
  };
  await client.call('compute', 'POST /servers', { body: { server } });
  const withStatus = async (status: string) =>
    (await client.call('compute', 'GET /servers', { query: { status, name: 'multi-', limit: 1 } })).body.servers.length;
  while ((await withStatus('BUILD')) > 0) await delay(25);
  const seconds = (performance.now() - from) / 1_000;
  if ((await withStatus('ERROR')) > 0) throw new Error('servers of a multi-create are in ERROR');
  return count / seconds;
}

/** Reads servers in detail by pages of 1,000, from the newest to the oldest and then again, until it has read 10,000. @returns s */
async function walk(client: ComputeClient): Promise<number> {
  const from = performance.now();
  let marker: string | undefined;
  for (let count = 0; count < 10_000; ) {
    const query = { limit: Math.min(1_000, 10_000 - count), ...(marker === undefined ? {} : { marker }) };
    const { servers } = (await client.call('compute', 'GET /servers/detail', { query })).body;
    if (servers.length === 0 && marker === undefined) throw new Error('there are no servers to read');
    count += servers.length;
    marker = servers.length < query.limit ? undefined : servers.at(-1)?.id;
  }
  return (performance.now() - from) / 1_000;
}
