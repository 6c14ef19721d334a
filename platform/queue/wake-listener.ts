import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { messageOf } from '../errors/volvox-error.ts';
import type { Service } from '../lifecycle/service.ts';
import type { Logger } from '../logging/logger.ts';
import { type RedisConfig, workerConnection } from './redis.ts';
import { QUEUE_PREFIX, type WakeJob } from './waker.ts';

/** How often it is checked that a worker which has something to fetch does fetch, ms. */
const WATCH_EVERY_MS = 5_000;
/** How long closing a worker may take; BullMQ itself waits without limit. */
const CLOSE_DEADLINE_MS = 3_000;

/**
 * The receiving side of a queue. `take` only notes the ids and returns at once. A listener that lost Redis comes back by itself, and
 * one that lives but fetches nothing while jobs wait (bullmq #4378, #4484) is replaced. Its owner looks into SQL now and then
 * all the same: a wake-up may be lost.
 */
export function createWakeListener(
  config: RedisConfig,
  queue: string,
  take: (ids: readonly string[]) => void,
  log: Logger,
): Service {
  let listening: Listening | undefined;
  let watchdog: NodeJS.Timeout | undefined;

  const watch = async (): Promise<void> => {
    const current = listening;
    if (current === undefined || current.connection.status !== 'ready') return;
    const taken = current.taken;
    const waiting = await current.connection.llen(`${QUEUE_PREFIX}:${queue}:wait`);
    if (waiting === 0 || current.idleChecks < 1 || current.taken !== taken) {
      current.idleChecks = waiting > 0 && taken === current.takenAtLastCheck ? current.idleChecks + 1 : 0;
      current.takenAtLastCheck = taken;
      return;
    }
    log.warn({ queue, waiting }, 'the worker fetches nothing; it is replaced');
    listening = listen(config, queue, take, log);
    await close(current);
  };

  return {
    name: `wake-listener ${queue}`,
    start: async () => {
      listening = listen(config, queue, take, log);
      watchdog = setInterval(() => {
        watch().catch((error) => log.debug({ queue, reason: messageOf(error) }, 'the watchdog could not look'));
      }, WATCH_EVERY_MS);
    },
    drain: async () => {
      clearInterval(watchdog);
      await listening?.worker.pause(true);
    },
    stop: async () => {
      clearInterval(watchdog);
      const last = listening;
      listening = undefined;
      if (last !== undefined) await close(last);
    },
  };
}

interface Listening {
  readonly worker: Worker<WakeJob>;
  readonly connection: Redis;
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
    skipVersionCheck: true,
  });
  worker.on('error', (error) => log.debug({ queue, reason: messageOf(error) }, 'queue connection'));
  const listening: Listening = { worker, connection, taken: 0, takenAtLastCheck: -1, idleChecks: 0 };
  return listening;
}

async function close(listening: Listening): Promise<void> {
  const late = new Promise<void>((resolve) => {
    setTimeout(resolve, CLOSE_DEADLINE_MS).unref();
  });
  await Promise.race([listening.worker.close(true).catch(() => undefined), late]);
  listening.connection.disconnect();
}
