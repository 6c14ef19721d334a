import { setTimeout as delay } from 'node:timers/promises';
import { KIND_NAMES, type Kind, type Outcome, type Reply, type Workload } from './workload.ts';

/** What happened in one interval. */
export class Tally {
  offered = 0;
  /** Not sent, because as many were without an answer as clients there are. */
  notSent = 0;
  readonly outcomes = new Map<Outcome, number>();
  readonly reasons = new Map<string, number>();
  readonly #served: Record<Kind, number[]> = { show: [], list: [], create: [], delete: [] };

  add({ kind, outcome, ms, reason }: Reply): void {
    this.outcomes.set(outcome, this.count(outcome) + 1);
    if (outcome === 'served') this.#served[kind].push(ms);
    if (reason !== undefined) this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + 1);
  }

  count(outcome: Outcome): number {
    return this.outcomes.get(outcome) ?? 0;
  }

  served(kind: Kind): readonly number[] {
    return this.#served[kind];
  }

  get servedInAll(): readonly number[] {
    return KIND_NAMES.flatMap((kind) => this.#served[kind]);
  }
}

/** How often due requests are sent, ms. */
const TICK_MS = 10;

/**
 * Offers requests at a rate, whether or not those before are answered, until `until` (ms of `performance.now`), and waits for the last answers.
 * @param clients most requests that are without an answer at a time; what is due beyond that is not sent.
 * @param tally of the present interval.
 */
export async function offer(
  workload: Workload,
  { perSecond, clients, until }: { readonly perSecond: number; readonly clients: number; readonly until: number },
  tally: () => Tally,
): Promise<void> {
  const waiting = new Set<Promise<void>>();
  const from = performance.now();
  let sent = 0;
  for (let now = from; now < until; now = performance.now()) {
    const due = Math.floor(((now - from) / 1_000) * perSecond) - sent;
    sent += due;
    for (let n = 0; n < due; n++) {
      const current = tally();
      current.offered += 1;
      if (waiting.size >= clients) {
        current.notSent += 1;
        continue;
      }
      const answered: Promise<void> = workload.send(Math.random()).then((reply) => {
        waiting.delete(answered);
        tally().add(reply);
      });
      waiting.add(answered);
    }
    await delay(TICK_MS);
  }
  await Promise.all(waiting);
}

/** What the region serves a second to so many clients, each of which waits for its answer. */
export async function capacityOf(workload: Workload, clients: number, seconds: number): Promise<number> {
  const from = performance.now();
  let served = 0;
  const one = async (): Promise<void> => {
    while (performance.now() - from < seconds * 1_000) {
      const { outcome, reason } = await workload.send(Math.random());
      if (outcome !== 'served') throw new Error(`the region does not serve ${clients} clients: ${outcome} ${reason}`);
      served += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, one));
  return (1_000 * served) / (performance.now() - from);
}
