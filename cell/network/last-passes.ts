import type { Service } from '#platform/lifecycle/service.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { HostKeeper } from './host-keeper.ts';

/** How long stopping waits for current passes. */
const LAST_PASSES_MS = 3_000;

/**
 * Stops after everybody who asks for passes: afterwards nothing changes on the hosts. A pass that does not end is cut off by the end of
 * the process, and repeated by the next one.
 */
export function createLastPasses(keepers: readonly HostKeeper[], clock: Clock = systemClock): Service {
  return {
    name: 'last-passes',
    start: async () => undefined,
    drain: async () => undefined,
    stop: async () => {
      const inTime = new AbortController();
      const closed = Promise.all(keepers.map((keeper) => keeper.close()));
      await Promise.race([closed, clock.sleep(LAST_PASSES_MS, inTime.signal)]);
      inTime.abort();
    },
  };
}
