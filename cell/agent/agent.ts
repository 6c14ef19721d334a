import type { AgentKind } from '#platform/contracts/agent.ts';
import { messageOf } from '#platform/errors/volvox-error.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { agentQueue } from '#platform/queue/agent-user.ts';
import type { RedisConfig } from '#platform/queue/redis.ts';
import { createWakeListener } from '#platform/queue/wake-listener.ts';
import { systemClock, timestamp } from '#platform/time/clock.ts';
import type { Conductor } from './conductor.ts';
import { Converger } from './converger.ts';
import { DesiredFeed } from './desired-feed.ts';
import type { Enrolment } from './enrolment.ts';
import { type Announcement, Membership } from './membership.ts';
import { Outbox } from './outbox.ts';
import type { Desired, Observed, Subject } from './subject.ts';

interface AgentOptions<W extends Desired, F extends Observed> {
  readonly kind: AgentKind;
  readonly agentId: string;
  readonly release: string;
  readonly conductor: Conductor;
  /** Null: the agent has no user there yet, and finds its work by asking. */
  readonly redis: () => RedisConfig | null;
  readonly subject: Subject<W, F>;
  /** Where this agent's own contract is served, and its hosts as they are now. */
  readonly describe: () => Promise<Pick<Announcement, 'url' | 'hosts'>>;
  /** The agent's own key; absent in simulations. */
  readonly enrolment?: Pick<Enrolment, 'credential' | 'join' | 'renewal'>;
  /** Called with the public keys of the cell. */
  readonly learn?: (publicKeys: readonly string[]) => Promise<void>;
  readonly log: Logger;
  /** Called when the conductor has told everything that it desires here. */
  readonly toldAll?: () => void;
  readonly resyncMs?: number;
  /** Takes what a wake-up carries for others than the subject. @returns what is left: keys of the subject. */
  readonly takeWake?: (ids: readonly string[]) => readonly string[];
  /** How wake-ups come; for simulations. */
  readonly listen?: typeof createWakeListener;
}

export interface Agent extends Service {
  /** Something happened to this key by itself: look at it now. A key that nobody told of is fetched. */
  touch(key: string): void;
  /** Whether the conductor knows this agent now; an agent works without it too. */
  connected(): boolean;
}

const RESYNC_MS = 10_000;
const LAST_REPORTS_MS = 2_000;
/** What still runs then is taken up again by the next process. */
const LAST_STEPS_MS = 5_000;

/**
 * The loop that both agents of a host run. It announces the agent, fetches the desired state, makes its subject reach that state for
 * each key, and reports. It starts without a conductor and without Redis, and continues as soon as both answer.
 */
export function createAgent<W extends Desired, F extends Observed>(options: AgentOptions<W, F>): Agent {
  const { subject, conductor, agentId, log } = options;
  const startedAt = timestamp(Date.now());
  const stopped = new AbortController();
  const outbox = new Outbox(subject, log);
  const converger = new Converger(subject, (observed) => outbox.put(observed), log);
  const feed = new DesiredFeed<W, F>({
    subject,
    accept: (desired, occasion) => converger.accept(desired, occasion),
    gotAll: async (known) => {
      options.toldAll?.();
      for (const observed of (await subject.reportUnknown?.(known)) ?? []) outbox.put(observed);
    },
    resyncMs: options.resyncMs ?? RESYNC_MS,
    log,
  });
  const membership = new Membership({
    conductor,
    agentId,
    announcement: async () => ({
      agentId,
      kind: options.kind,
      startedAt,
      release: options.release,
      ...(await options.describe()),
    }),
    joined: () => feed.all(),
    learn: options.learn,
    enrolment: options.enrolment,
    log,
  });
  const listen = options.listen ?? createWakeListener;
  const listener = listen(options.redis, agentQueue(agentId), (ids) => feed.wake(options.takeWake?.(ids) ?? ids), log);

  return {
    name: `${options.kind}-agent`,
    touch: (key) => (converger.knows(key) ? converger.touch(key) : feed.wake([key])),
    connected: () => membership.known,
    start: async () => {
      const remembered = await subject.remembered?.().catch((error) => {
        log.error({ err: error }, `${subject.name}: cannot read the desired state of the last run`);
        return [];
      });
      for (const desired of remembered ?? []) converger.accept(desired, 'told');
      membership.start();
      feed.start();
      await listener.start();
    },
    drain: async () => {
      await listener.drain();
      await feed.stop();
      converger.drain();
    },
    stop: async () => {
      await feed.stop();
      await Promise.race([converger.stop(), systemClock.sleep(LAST_STEPS_MS, stopped.signal)]);
      await outbox.flush(LAST_REPORTS_MS);
      outbox.stop();
      stopped.abort();
      await membership.stop();
      await listener.stop();
      await conductor.close().catch((error) => log.debug({ reason: messageOf(error) }, 'closing'));
    },
  };
}
