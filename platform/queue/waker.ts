import { Queue } from 'bullmq';
import { messageOf } from '../errors/volvox-error.ts';
import type { Logger } from '../logging/logger.ts';
import { producerConnection, type RedisConfig } from './redis.ts';

/**
 * A cast. The row it is about is already committed; the job only makes somebody look at it now. So a job carries ids and nothing
 * else, is done as soon as it was taken note of, and may be lost, doubled or late without harm.
 */
export interface WakeJob {
  readonly ids: readonly string[];
}

/** The prefix of every key of ours in Redis. */
export const QUEUE_PREFIX = 'volvox';

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
    const queue = new Queue<WakeJob>(name, { connection: this.#redis, prefix: QUEUE_PREFIX, skipVersionCheck: true });
    queue.on('error', () => undefined);
    this.#queues.set(name, queue);
    return queue;
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#queues.values()].map((queue) => queue.close()));
    this.#redis.disconnect();
  }
}
