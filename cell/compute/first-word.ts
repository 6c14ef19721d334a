import { systemClock } from '#platform/time/clock.ts';

/**
 * The first full answer of the conductor after a start. While this host was down, a guest of it may have been evacuated, so no guest is
 * started before the conductor has spoken; or, if it stays silent, before some time has passed, because a cell without its conductor must
 * start its guests.
 *
 * Once it has spoken, a guest that this host remembers from before is started only when the conductor has named it. One that it leaves out
 * waits for another guest or for its ports, or the cell does not know it any more: its host was forgotten after an evacuation, for example.
 */
export interface FirstWord {
  /** This host has these guests from before. */
  remembers(guestIds: readonly string[]): void;
  /** The conductor has told what it desires of these guests. */
  named(guestIds: readonly string[]): void;
  /** The conductor has told everything that it desires here. */
  heard(): void;
  /**
   * Resolves when it has, after `waitMs` at the latest, and soon after `signal` aborts. @returns false: the guest is not to be started for
   * now.
   */
  mayStart(guestId: string, signal: AbortSignal): Promise<boolean>;
}

export function createFirstWord(waitMs: number): FirstWord {
  const word = Promise.withResolvers<void>();
  const leftOut = new Set<string>();
  let isHeard = false;
  return {
    remembers: (guestIds) => {
      for (const id of guestIds) leftOut.add(id);
    },
    named: (guestIds) => {
      for (const id of guestIds) leftOut.delete(id);
    },
    heard: () => {
      isHeard = true;
      word.resolve();
    },
    mayStart: async (guestId, signal) => {
      const over = new AbortController();
      const either = AbortSignal.any([signal, over.signal]);
      await Promise.race([word.promise, systemClock.sleep(waitMs, either)]);
      over.abort();
      return !(isHeard && leftOut.has(guestId));
    },
  };
}
