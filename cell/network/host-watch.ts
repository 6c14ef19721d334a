import { reconcilerService } from '#platform/lifecycle/reconciler.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { HostKeeper } from './host-keeper.ts';

export interface HostWatchOptions {
  readonly keepers: readonly Pick<HostKeeper, 'hostName' | 'pass'>[];
  readonly everyMs: number;
  readonly log: Logger;
  readonly clock?: Clock;
}

/**
 * Compares each host with the desired state now and then, and repairs what changed by itself: a DHCP server that ended, a lost device. `stop`
 * resolves when no pass of it runs any more.
 * It starts after the agent, which first loads its saved desired state: a pass without it would remove the rules of every guest.
 */
export function createHostWatch({ keepers, everyMs, log, clock = systemClock }: HostWatchOptions): Service {
  const watches = keepers.map((keeper) => {
    const reconcile = async () => void (await keeper.pass());
    return reconcilerService({ name: `host-watch ${keeper.hostName}`, everyMs, reconcile }, log, clock);
  });
  return {
    name: 'host-watch',
    start: async () => void (await Promise.all(watches.map((watch) => watch.start()))),
    drain: async () => void (await Promise.all(watches.map((watch) => watch.drain()))),
    stop: async () => void (await Promise.all(watches.map((watch) => watch.stop()))),
  };
}
