import { messageOf } from '#platform/errors/volvox-error.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { Agent } from '../agent/agent.ts';
import type { Driver } from './drivers/driver.ts';

interface GuestsDownOptions {
  readonly driver: Driver;
  readonly agent: Agent;
  /** For all guests together. */
  readonly hostStopMs: number;
  readonly log: Logger;
}

/**
 * SIGUSR2: "this host goes down". All guests that run are shut down (switched off when they take longer than `hostStopMs`), then the
 * process ends as by SIGTERM. Their desired state does not change, and the agent reports nothing: the next start of the agent starts
 * them again, as after a reboot of the host. SIGTERM alone ends the agent only and leaves the guests running.
 */
export function guestsDownOnSignal({ driver, agent, hostStopMs, log }: GuestsDownOptions): Service {
  const goDown = async (): Promise<void> => {
    log.info('the host goes down: shutting the guests down');
    // From here on nobody starts a guest again.
    await agent.stop();
    const deadline = AbortSignal.timeout(hostStopMs + 2_000);
    const live = (await driver.findAll()).filter((fact) => fact.power === 'running' || fact.power === 'paused');
    const context = { signal: deadline, progress: () => undefined };
    const ended = await Promise.allSettled(
      live.map((fact) =>
        fact.power === 'running'
          ? driver.shutDown(fact.desired, Math.min(hostStopMs, fact.desired.gracefulStopMs), context)
          : driver.kill(fact.guestId),
      ),
    );
    for (const one of ended) {
      if (one.status === 'rejected') log.error({ reason: messageOf(one.reason) }, 'a guest did not shut down');
    }
    log.info({ guests: live.length }, 'the guests are down');
    process.kill(process.pid, 'SIGTERM');
  };
  const onSignal = (): void => {
    goDown().catch((error) => log.error({ err: error }, 'the guests could not be shut down'));
  };
  return {
    name: 'guests-down',
    start: async () => {
      process.once('SIGUSR2', onSignal);
    },
    drain: async () => undefined,
    stop: async () => {
      process.off('SIGUSR2', onSignal);
    },
  };
}
