import { systemClock } from '#platform/time/clock.ts';

/**
 * The first full answer of the conductor after a start. While this host was down, a guest of it may have been evacuated, so no guest is
 * started before the conductor has spoken; or, if it stays silent, before some time has passed, because a cell without its conductor must
 * start its guests.
 */
export interface FirstWord {
  /** The conductor has told everything that it desires here. */
  heard(): void;
  /** Resolves when it has, after `waitMs` at the latest, and soon after `signal` aborts. */
  wait(signal: AbortSignal): Promise<void>;
}

export function createFirstWord(waitMs: number): FirstWord {
  const word = Promise.withResolvers<void>();
  return {
    heard: () => word.resolve(),
    wait: async (signal) => {
      const over = new AbortController();
      const either = AbortSignal.any([signal, over.signal]);
      await Promise.race([word.promise, systemClock.sleep(waitMs, either)]);
      over.abort();
    },
  };
}
