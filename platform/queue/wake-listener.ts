import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { messageOf } from '../errors/volvox-error.ts';
import type { Service } from '../lifecycle/service.ts';
import type { Logger } from '../logging/logger.ts';
import { type RedisConfig, workerConnection } from './redis.ts';
import { QUEUE_PREFIX, type WakeJob } from './waker.ts';

/** How often its owner's credentials are looked at, until there are some and afterwards, ms. */
const FIRST_CREDENTIALS_MS = 500;
const CREDENTIALS_EVERY_MS = 5_000;
/** How often it is checked that a worker which has something to fetch does fetch, ms. */
const WATCH_EVERY_MS = 10_000;
/** How long a worker waits for a job before it asks again, s. */
const WAIT_S = 30;
/** How long a job belongs to the worker that took it, ms. A worker ends it at once, unless it is killed. */
const LOCK_MS = 10_000;
/** How often a worker looks for jobs that no worker holds, ms. Its second look puts them back into the queue. */
const STALLED_EVERY_MS = 20_000;
/** How long closing a worker may take; BullMQ itself waits without limit. */
const CLOSE_DEADLINE_MS = 3_000;

/**
 * The receiving side of a queue. Credentials may come or change later: null means that there are none yet. `take` only notes the ids and returns at once. A listener that lost Redis comes back by itself, and
 * one that lives but fetches nothing while jobs wait (bullmq #4378, #4484) is replaced. Its owner looks into SQL now and then
 * all the same: a wake-up may be lost.
 */
export function createWakeListener(
  config: RedisConfig | (() => RedisConfig | null),
  queue: string,
  take: (ids: readonly string[]) => void,
  log: Logger,
): Service {
  const current = typeof config === 'function' ? config : () => config;
  let listening: Listening | undefined;
  let watchdog: NodeJS.Timeout | undefined;
  let credentials: NodeJS.Timeout | undefined;

  const listenAnew = async (): Promise<void> => {
    const before = listening;
    const now = current();
    listening = now === null ? undefined : listen(now, queue, take, log);
    if (before !== undefined) await close(before);
  };
  const followCredentials = (): void => {
    const now = current();
    if ((now === null ? null : credentialsOf(now)) === (listening?.credentials ?? null)) return;
    listenAnew().catch((error) =>
      log.debug({ queue, reason: messageOf(error) }, 'the connection before is not closed'),
    );
  };
  const keepFollowing = (): void => {
    followCredentials();
    credentials = setTimeout(keepFollowing, current() === null ? FIRST_CREDENTIALS_MS : CREDENTIALS_EVERY_MS);
  };

  const watch = async (): Promise<void> => {
    const watched = listening;
    if (watched === undefined || watched.connection.status !== 'ready') return;
    const taken = watched.taken;
    const waiting = await watched.connection.llen(`${QUEUE_PREFIX}:${queue}:wait`);
    if (waiting === 0 || watched.idleChecks < 1 || watched.taken !== taken) {
      watched.idleChecks = waiting > 0 && taken === watched.takenAtLastCheck ? watched.idleChecks + 1 : 0;
      watched.takenAtLastCheck = taken;
      return;
    }
    log.warn({ queue, waiting }, 'the worker fetches nothing; it is replaced');
    await listenAnew();
  };

  return {
    name: `wake-listener ${queue}`,
    start: async () => {
      await listenAnew();
      if (typeof config === 'function') keepFollowing();
      watchdog = setInterval(() => {
        watch().catch((error) => log.debug({ queue, reason: messageOf(error) }, 'the watchdog could not look'));
      }, WATCH_EVERY_MS);
    },
    drain: async () => {
      clearInterval(watchdog);
      clearTimeout(credentials);
      await listening?.worker.pause(true);
    },
    stop: async () => {
      clearInterval(watchdog);
      clearTimeout(credentials);
      const last = listening;
      listening = undefined;
      if (last !== undefined) await close(last);
    },
  };
}

interface Listening {
  readonly worker: Worker<WakeJob>;
  readonly connection: Redis;
  readonly credentials: string;
  taken: number;
  takenAtLastCheck: number;
  idleChecks: number;
}

function listen(config: RedisConfig, queue: string, take: (ids: readonly string[]) => void, log: Logger): Listening {
  const connection = workerConnection(config);
  const note = async (job: { data: WakeJob }): Promise<void> => {
    listening.taken += 1;
    take(job.data.ids);
  };
  const worker = new Worker<WakeJob>(queue, note, {
    connection,
    prefix: QUEUE_PREFIX,
    concurrency: 64,
    drainDelay: WAIT_S,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_EVERY_MS,
    // A job is over before its lock is.
    skipLockRenewal: true,
    skipVersionCheck: true,
  });
  worker.on('error', (error) => log.debug({ queue, reason: messageOf(error) }, 'queue connection'));
  const listening: Listening = {
    ...{ worker, connection, credentials: credentialsOf(config) },
    taken: 0,
    takenAtLastCheck: -1,
    idleChecks: 0,
  };
  return listening;
}

const credentialsOf = ({ username = '', password }: RedisConfig): string => `${username}:${password.reveal()}`;

async function close(listening: Listening): Promise<void> {
  const late = new Promise<void>((resolve) => {
    setTimeout(resolve, CLOSE_DEADLINE_MS).unref();
  });
  await Promise.race([listening.worker.close(true).catch(() => undefined), late]);
  listening.connection.disconnect();
}
