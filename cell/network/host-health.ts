import { reconcilerService } from '#platform/lifecycle/reconciler.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { NetworkDriver } from './drivers/driver.ts';
import type { HostKeeper } from './host-keeper.ts';

/** How often a host that works is tried again, ms. */
const REST_MS = 60_000;

interface HostHealthOptions {
  readonly driver: Pick<NetworkDriver, 'problem'>;
  readonly keepers: readonly Pick<HostKeeper, 'hostName' | 'failure'>[];
  /** How often a host with a problem is tried again, ms. */
  readonly everyMs: number;
  readonly log: Logger;
  readonly clock?: Clock;
}

interface HostHealth extends Service {
  /** Why the host can take no new guests, as a sentence; null when it can. */
  problemOf(hostName: string): string | null;
}

/**
 * Knows whether each host can carry networks: the driver tries what a host must be able to do when the agent starts, once a minute, and every
 * `everyMs` while something fails. A host whose passes keep failing as a whole has a problem too. `start` resolves when each was tried once.
 */
export function createHostHealth({
  driver,
  keepers,
  everyMs,
  log,
  clock = systemClock,
}: HostHealthOptions): HostHealth {
  const problems = new Map<string, string>();
  const triedAt = new Map<string, number>();
  const look = async ({ hostName, failure }: Pick<HostKeeper, 'hostName' | 'failure'>): Promise<void> => {
    const before = problems.get(hostName) ?? null;
    const rested = clock.now() - (triedAt.get(hostName) ?? 0) >= REST_MS;
    if (before === null && failure === null && !rested) return;
    triedAt.set(hostName, clock.now());
    const problem = (await driver.problem(hostName)) ?? failure;
    if (problem === before) return;
    if (problem === null) {
      problems.delete(hostName);
      log.info({ host: hostName }, 'the host can take guests again');
    } else {
      problems.set(hostName, problem);
      log.error({ host: hostName, problem }, 'the host can take no new guests');
    }
  };
  const services = keepers.map((keeper) =>
    reconcilerService({ name: `host-health ${keeper.hostName}`, everyMs, reconcile: () => look(keeper) }, log, clock, {
      awaitFirst: true,
    }),
  );
  return {
    name: 'host-health',
    problemOf: (hostName) => problems.get(hostName) ?? null,
    start: async () => void (await Promise.all(services.map((service) => service.start()))),
    drain: async () => void (await Promise.all(services.map((service) => service.drain()))),
    stop: async () => void (await Promise.all(services.map((service) => service.stop()))),
  };
}
