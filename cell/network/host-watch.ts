import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { HostKeeper } from './host-keeper.ts';

export interface HostWatchOptions {
  readonly keepers: readonly HostKeeper[];
  readonly everyMs: number;
  readonly log: Logger;
  readonly clock?: Clock;
}

/**
 * Compares each host with the desired state now and then, and repairs what changed by itself: a DHCP server that ended, a lost device.
 * It starts after the agent, which first loads its saved desired state: a pass without it would remove the rules of every guest.
 */
export function createHostWatch({ keepers, everyMs, log, clock = systemClock }: HostWatchOptions): Service {
  const stopped = new AbortController();
  const watch = async (keeper: HostKeeper): Promise<void> => {
    for (; !stopped.signal.aborted; await clock.sleep(everyMs, stopped.signal)) {
      await keeper.pass().catch((error) => {
        if (!stopped.signal.aborted) log.warn({ err: error }, 'the host cannot be looked at');
      });
    }
  };
  return {
    name: 'host-watch',
    start: async () => {
      for (const keeper of keepers) void watch(keeper);
    },
    drain: async () => stopped.abort(),
    stop: async () => stopped.abort(),
  };
}
