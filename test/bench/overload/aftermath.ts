import { setTimeout as delay } from 'node:timers/promises';
import type { ComputeClient } from '../compute-client.ts';
import { summarize } from '../statistics.ts';
import type { Workload } from './workload.ts';

interface Fate {
  readonly accepted: number;
  readonly active: number;
  readonly deleted: number;
  /** What should not be, `ID: why`. */
  readonly lost: readonly string[];
  /** Until nothing changed any more, s. */
  readonly seconds: number;
}

const listAll = async (client: ComputeClient): Promise<ReadonlyMap<string, string>> => {
  const found = new Map<string, string>();
  for (let marker: string | undefined; ; ) {
    const query = { limit: 1_000, ...(marker === undefined ? {} : { marker }) };
    const { servers } = (await client.call('compute', 'GET /servers/detail', { query })).body;
    for (const { id, status, 'OS-EXT-STS:task_state': task } of servers)
      found.set(id, task === null ? status : `${status} ${task}`);
    marker = servers.at(-1)?.id;
    if (servers.length < 1_000) return found;
  }
};

/** Waits until each accepted server is ACTIVE, or gone after its delete; what is not after `withinMs` is lost. */
export async function fateOf(client: ComputeClient, workload: Workload, withinMs: number): Promise<Fate> {
  const from = performance.now();
  const { accepted, deleted, perhapsDeleted } = workload;
  for (;;) {
    const found = await listAll(client);
    const wrong = [...accepted].flatMap((id) => {
      const status = found.get(id);
      if (deleted.has(id)) return status === undefined ? [] : [`${id}: deleted, and ${status}`];
      if (status === undefined && perhapsDeleted.has(id)) return [];
      return status === 'ACTIVE' ? [] : [`${id}: ${status ?? 'gone'}`];
    });
    // A create without an answer may have been accepted too.
    const others = [...found].flatMap(([id, status]) =>
      accepted.has(id) || status === 'ACTIVE' ? [] : [`${id}, whose create had no answer: ${status}`],
    );
    const lost = [...wrong, ...others];
    const over = performance.now() - from >= withinMs;
    if (lost.length === 0 || over) {
      const gone = [...accepted].filter((id) => deleted.has(id)).length;
      const active = [...accepted].filter((id) => found.get(id) === 'ACTIVE').length;
      return { accepted: accepted.size, active, deleted: gone, lost, seconds: (performance.now() - from) / 1_000 };
    }
    await delay(250);
  }
}

/** The median of `GET /servers/{id}`, one at a time, ms. */
export async function showLatency(client: ComputeClient, count: number): Promise<number> {
  const [first] = (await client.call('compute', 'GET /servers', { query: { limit: 1 } })).body.servers;
  const path = { id: first?.id ?? '' };
  const times: number[] = [];
  for (let n = 0; n < count; n++) times.push((await client.call('compute', 'GET /servers/{id}', { path })).ms);
  return summarize(times).median;
}

/** How long it takes until that median is at most twice `idleMs` again, s; null: it was not after `withinMs`. */
export async function recovery(client: ComputeClient, idleMs: number, withinMs: number): Promise<number | null> {
  const from = performance.now();
  while (performance.now() - from < withinMs) {
    if ((await showLatency(client, 20)) <= 2 * idleMs) return (performance.now() - from) / 1_000;
    await delay(250);
  }
  return null;
}
