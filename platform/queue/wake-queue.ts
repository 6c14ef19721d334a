import { Queue, Worker } from 'bullmq';
import { messageOf } from '../errors/volvox-error.ts';
import type { Service } from '../lifecycle/service.ts';
import type { Logger } from '../logging/logger.ts';
import { producerConnection, type RedisConfig, workerConnection } from './redis.ts';

/**
 * A cast. The row it is about is already committed; the job only makes somebody look at it now. So a job carries ids and nothing
 * else, is done as soon as it was taken note of, and may be lost, doubled or late without harm.
 */
export interface WakeJob {
  readonly ids: readonly string[];
}

const JOB_OPTIONS = { removeOnComplete: true, removeOnFail: { age: 3600, count: 100 }, attempts: 1 } as const;

/** The sending side; one for each process and Redis. */
export class Waker {
  readonly #redis;
  readonly #queues = new Map<string, Queue<WakeJob>>();
  readonly #log: Logger;

  constructor(config: RedisConfig, log: Logger) {
    this.#redis = producerConnection(config);
    this.#log = log;
  }

  /** Never rejects: what is lost here is found in SQL later. Returns when Redis has it, or has not. */
  async wake(queue: string, ids: readonly string[]): Promise<void> {
    try {
      await this.#queue(queue).add('wake', { ids }, JOB_OPTIONS);
    } catch (error) {
      this.#log.warn({ queue, reason: messageOf(error) }, 'wake-up lost; the row will be found again');
    }
  }

  /** Whether Redis answers now. */
  async healthy(): Promise<boolean> {
    return this.#redis.ping().then(
      () => true,
      () => false,
    );
  }

  #queue(name: string): Queue<WakeJob> {
    const known = this.#queues.get(name);
    if (known !== undefined) return known;
    const queue = new Queue<WakeJob>(name, { connection: this.#redis, prefix: 'volvox', skipVersionCheck: true });
    queue.on('error', () => undefined);
    this.#queues.set(name, queue);
    return queue;
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#queues.values()].map((queue) => queue.close()));
    this.#redis.disconnect();
  }
}

/**
 * The receiving side. `take` only notes the ids and returns at once. A worker that was cut off from Redis reconnects by itself; its
 * owner looks into SQL now and then all the same (it must not depend on this).
 */
export function createWakeListener(
  config: RedisConfig,
  queue: string,
  take: (ids: readonly string[]) => void,
  log: Logger,
): Service {
  let worker: Worker<WakeJob> | undefined;
  let connection: ReturnType<typeof workerConnection> | undefined;
  return {
    name: `wake-listener ${queue}`,
    start: async () => {
      connection = workerConnection(config);
      worker = new Worker<WakeJob>(queue, async (job) => take(job.data.ids), {
        connection,
        prefix: 'volvox',
        concurrency: 64,
        skipVersionCheck: true,
      });
      worker.on('error', (error) => log.debug({ queue, reason: messageOf(error) }, 'queue connection'));
    },
    drain: async () => {
      await worker?.pause(true);
    },
    stop: async () => {
      const closing = worker?.close(true).catch(() => undefined);
      await Promise.race([closing, new Promise((resolve) => setTimeout(resolve, 3_000).unref())]);
      connection?.disconnect();
      worker = undefined;
    },
  };
}
