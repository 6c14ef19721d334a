import { FairGate, type FairGateOptions } from '#platform/budgets/fair-gate.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { BudgetsConfig } from './config.ts';
import { createRequestBudgets, type RequestBudgets } from './request-budgets.ts';
import type { CountThrottled } from './throttle-metrics.ts';

/** What bounds the use that a project, a user or an address makes of this process. */
export interface Budgets {
  readonly requests: RequestBudgets;
  /** Passwords are hashed behind this gate only. */
  readonly passwordHashing: FairGate;
  /** Key pairs are generated behind this gate only. */
  readonly keyGeneration: FairGate;
  /** Lists whose patterns are regular expressions pass this gate. */
  readonly patterns: FairGate;
  /** Lists of images pass this gate, so that their searches leave connections to everybody else. */
  readonly imageLists: FairGate;
}

const MAX_PATTERN_WAIT_MS = 2_000;

export function createBudgets(config: BudgetsConfig, clock: Clock, count: CountThrottled): Budgets {
  const slow = (
    what: string,
    reason: Parameters<CountThrottled>[0],
    bounds: Pick<FairGateOptions, 'inFlight' | 'inFlightPerKey'> & Partial<FairGateOptions>,
  ): FairGate =>
    new FairGate({
      what,
      waiting: config.slowWorkWaiting,
      waitingPerKey: config.slowWorkWaitingPerProject,
      maxWaitMs: config.maxWaitMs,
      onRefused: () => count(reason),
      ...bounds,
    });
  const { passwordHashesInFlight, keyPairsInFlight, patternsInFlight, imageListsInFlight } = config;
  return {
    requests: createRequestBudgets(config, clock, count),
    // One at a time for an address: the next attempt begins when the failure before it is known.
    passwordHashing: slow('password hashing', 'password-hashing', {
      inFlight: passwordHashesInFlight,
      inFlightPerKey: 1,
    }),
    // A key takes several times as long as a hash, so half as many wait.
    keyGeneration: slow('key generation', 'key-generation', {
      inFlight: keyPairsInFlight,
      inFlightPerKey: keyPairsInFlight,
      waitingPerKey: Math.ceil(config.slowWorkWaitingPerProject / 2),
    }),
    // As many of a project wait as the frame lets in, so none is refused for its number.
    imageLists: slow('a list of images', 'image-lists', {
      inFlight: imageListsInFlight,
      inFlightPerKey: Math.max(1, Math.floor(imageListsInFlight / 2)),
      waitingPerKey: config.readsInFlightPerProject,
    }),
    // These lists wait in a turn of the frame, so few of a project may wait, and not for long.
    patterns: slow('a list with a pattern', 'patterns', {
      inFlight: patternsInFlight,
      inFlightPerKey: Math.max(1, Math.floor(patternsInFlight / 2)),
      waitingPerKey: Math.min(config.slowWorkWaitingPerProject, config.listsInFlightPerProject),
      maxWaitMs: Math.min(config.maxWaitMs, MAX_PATTERN_WAIT_MS),
    }),
  };
}
