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

interface Gathering {
  /** Ends when the job before has reached Redis, or was lost. Never rejects. */
  readonly before: Promise<void>;
  readonly ids: Set<string>;
  sent: Promise<void> | undefined;
}

/** The sending side; one for each process and Redis. */
export class Waker {
  readonly #redis;
  readonly #queues = new Map<string, Queue<WakeJob>>();
  /** By queue: what was asked for while a job was on its way to Redis; it goes as one job afterwards. */
  readonly #gathering = new Map<string, Gathering>();
  readonly #log: Logger;

  constructor(config: RedisConfig, log: Logger) {
    this.#redis = producerConnection(config);
    this.#log = log;
  }

  /** Never rejects: what is lost here is found in SQL later. Returns when Redis has it, or has not. */
  wake(queue: string, ids: readonly string[]): Promise<void> {
    const gathering = this.#gathering.get(queue);
    if (gathering !== undefined) {
      for (const id of ids) gathering.ids.add(id);
      gathering.sent ??= gathering.before.then(() => this.#send(queue, gathering.ids));
      return gathering.sent;
    }
    return this.#send(queue, new Set(ids));
  }

  #send(queue: string, ids: ReadonlySet<string>): Promise<void> {
    const sending = this.#add(queue, [...ids]);
    const next: Gathering = { before: sending, ids: new Set(), sent: undefined };
    this.#gathering.set(queue, next);
    void sending.then(() => {
      if (next.sent === undefined && this.#gathering.get(queue) === next) this.#gathering.delete(queue);
    });
    return sending;
  }

  async #add(queue: string, ids: readonly string[]): Promise<void> {
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
