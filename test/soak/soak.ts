import { readFile } from 'node:fs/promises';
import { ApiError } from '../../deploy/client/api-client.ts';
import { Random } from '../simulation/kernel/random.ts';
import { untilEven } from '../support/books/region-books.ts';
import { openRegionSql } from '../support/books/region-sql.ts';
import type { TestRegion } from '../support/test-region.ts';
import { chooseCall, createOne, type Stock } from './calls.ts';

interface SoakOptions {
  readonly servers: number;
  readonly clients: number;
  /** How long calls are sent. */
  readonly ms: number;
  readonly seed: number;
  readonly onProgress?: (calls: number) => void;
}

interface SoakReport {
  /** How many answers had which status, by the name of the call. */
  readonly answers: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly calls: number;
  /** Everything that is not as promised; empty: nothing. */
  readonly faults: readonly string[];
  /** How long the region took to become idle after the last call, and to be empty after the last delete. */
  readonly idleMs: number;
  /** Servers whose move ended with their old guest quarantined, because they could not be started where they arrived. */
  readonly quarantined: number;
  readonly emptyMs: number;
}

const IDLE_MS = 120_000;
const MAX_FAULTS = 50;

/**
 * Many clients change the same servers at once, each call chosen by chance, whatever the state of the server. Then: no answer was a 5xx, no
 * process of the region has ended, none has logged an error, every server becomes idle, each can be deleted, and nothing is left.
 * The servers, the images and the ports that it makes are gone afterwards.
 */
export async function soak(region: TestRegion, options: SoakOptions): Promise<SoakReport> {
  const stock = await stockOf(region, new Random(options.seed));
  const answers = new Map<string, Map<number, number>>();
  const faults: string[] = [];
  const until = Date.now() + options.ms;
  let calls = 0;
  for (let n = 0; n < options.servers; n++) stock.servers.push(await createOne(stock));
  const client = async (): Promise<void> => {
    while (Date.now() < until && faults.length < MAX_FAULTS) {
      const server = stock.servers[stock.random.below(stock.servers.length)] ?? '';
      const call = chooseCall(stock.random);
      const status = await call.send(stock, server).then(
        () => 200,
        (error: unknown) => statusOf(error, `${call.name} of ${server}`, faults),
      );
      const counts = answers.get(call.name) ?? new Map<number, number>();
      answers.set(call.name, counts.set(status, (counts.get(status) ?? 0) + 1));
      calls += 1;
      if (calls % 1_000 === 0) options.onProgress?.(calls);
    }
  };
  await Promise.all(Array.from({ length: options.clients }, client));
  const sql = openRegionSql(region.region);
  try {
    const waited = Date.now();
    await untilEven(region.region, sql, IDLE_MS, isQuarantine);
    const idleMs = Date.now() - waited;
    const quarantined = await forgetQuarantined(stock);
    const idle = await untilEven(region.region, sql, IDLE_MS);
    faults.push(...idle.differences.map((difference) => `idle: ${difference}`));
    faults.push(...(await deleteAll(stock)));
    const deleted = Date.now();
    const empty = await untilEven(region.region, sql, IDLE_MS);
    const emptyMs = Date.now() - deleted;
    faults.push(...empty.differences.map((difference) => `after all deletes: ${difference}`));
    for (const what of ['homes', 'instances', 'guests', 'ports'] as const)
      if (empty[what] > 0) faults.push(`after all deletes: ${empty[what]} ${what} are left`);
    faults.push(...(await endedOrFailed(region)));
    return { answers, calls, faults, quarantined, idleMs, emptyMs };
  } finally {
    await sql.close();
  }
}

/** A refusal is an answer as any other; a 5xx, or none at all, is a fault. @returns the status, or 0. */
function statusOf(error: unknown, what: string, faults: string[]): number {
  const status = error instanceof ApiError ? error.status : 0;
  if (status === 0 || status >= 500) faults.push(`${what}: ${String(error)}`);
  return status;
}

async function stockOf({ admin }: TestRegion, random: Random): Promise<Stock> {
  const { images } = await admin.call('image', 'GET /v2/images', { query: { name: 'volvox-guest' } });
  const { networks } = await admin.call('network', 'GET /v2.0/networks', { query: { name: ['private'] } });
  const [image, network] = [images[0]?.id, networks[0]?.id];
  if (image === undefined || network === undefined) throw new Error('the region has no image or no network');
  const { cells } = await admin.call('federation', 'GET /v1/cells');
  const names = cells.map(({ name }) => name);
  return { admin, random, image, network, flavors: ['1', '2'], cells: names, servers: [] };
}

const isQuarantine = (difference: string): boolean => / is quarantined: /.test(difference);

/** As an operator does who needs none of them. @returns how many there were. */
async function forgetQuarantined({ admin }: Stock): Promise<number> {
  const { instances } = await admin.call('federation', 'GET /v1/aside');
  for (const { cell, uuid, epoch } of instances) {
    const path = { cell, uuid, epoch: String(epoch) };
    await admin.call('federation', 'DELETE /v1/aside/{cell}/{uuid}/{epoch}', { path });
  }
  return instances.length;
}

/** Deletes every server of the region and every image that was made of one. @returns the refusals. */
async function deleteAll({ admin, image }: Stock): Promise<string[]> {
  const refusals: string[] = [];
  // What is gone already was deleted by a client, or is the image of a server that was deleted before it was saved.
  const orRefused = (what: string, call: Promise<unknown>): Promise<unknown> =>
    call.catch((error: unknown) => {
      if (error instanceof ApiError && error.status === 404) return;
      refusals.push(`${what} is not deleted: ${String(error)}`);
    });
  const { servers } = await admin.call('compute', 'GET /servers', { query: { all_tenants: '1' } });
  for (const { id } of servers) {
    await orRefused(
      `the lock of server ${id}`,
      admin.call('compute', 'POST /servers/{id}/action', { path: { id }, body: { unlock: null } }),
    );
    await orRefused(`server ${id}`, admin.call('compute', 'DELETE /servers/{id}', { path: { id } }));
  }
  const { images } = await admin.call('image', 'GET /v2/images', { query: { limit: '1000' } });
  for (const { id } of images.filter((made) => made.id !== image))
    await orRefused(`image ${id}`, admin.call('image', 'DELETE /v2/images/{id}', { path: { id } }));
  return refusals;
}

/** Processes that were started again, and what they logged as an error. */
async function endedOrFailed({ region }: TestRegion): Promise<string[]> {
  const faults: string[] = [];
  for (const { name, restarts, log } of region.processes.running()) {
    if (restarts > 0) faults.push(`${name} ended ${restarts} times; its log: ${log}`);
    const lines = (await readFile(log, 'utf8')).split('\n');
    faults.push(...lines.filter((line) => /"level":"(?:error|fatal)"/.test(line)).map((line) => `${name}: ${line}`));
  }
  return faults.map((fault) => fault.slice(0, 600));
}
