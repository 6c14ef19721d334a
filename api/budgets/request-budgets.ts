import { FairGate } from '#platform/budgets/fair-gate.ts';
import { throttled } from '#platform/budgets/throttled.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { BudgetsConfig } from './config.ts';
import type { RequestKind, RequestLoad } from './request-load.ts';
import type { CountThrottled } from './throttle-metrics.ts';
import { TokenBuckets } from './token-buckets.ts';

/** What the frame asks before it works on a request. Keys are those of `budgetKeyOf`. */
export interface RequestBudgets {
  /** Counts a request. @throws VolvoxError throttled when the key has sent too many. */
  count(key: string): void;
  /**
   * Resolves when the request may be worked on, with the function that ends that.
   * @throws VolvoxError throttled when too many wait, or the wait was too long; the reason of `signal` when that aborts the wait.
   */
  enter(key: string, kind: RequestKind, signal: AbortSignal): Promise<() => void>;
  readonly load: RequestLoad;
}

const MAX_KEYS = 20_000;

export function createRequestBudgets(config: BudgetsConfig, clock: Clock, count: CountThrottled): RequestBudgets {
  const buckets = new TokenBuckets({
    perSecond: config.requestsPerSecond,
    burst: config.requestBurst,
    maxKeys: MAX_KEYS,
  });
  const gateOf = (inFlightPerKey: number): FairGate =>
    new FairGate({
      what: 'an answer',
      inFlight: config.requestsInFlight,
      inFlightPerKey,
      waiting: config.requestsWaiting,
      waitingPerKey: config.requestsWaitingPerProject,
      maxWaitMs: config.maxWaitMs,
      onRefused: () => count('in-flight'),
    });
  const gates: Readonly<Record<RequestKind, FairGate>> = {
    list: gateOf(config.listsInFlightPerProject),
    read: gateOf(config.readsInFlightPerProject),
    write: gateOf(config.writesInFlightPerProject),
  };
  return {
    count: (key) => {
      const waitMs = buckets.take(key, clock.now());
      if (waitMs === 0) return;
      count('rate');
      throw throttled('Too many requests; please try again later.', waitMs);
    },
    enter: (key, kind, signal) => gates[kind].enter(key, signal),
    load: (kind) => gates[kind],
  };
}
