import { randomUUID } from 'node:crypto';
import { messageOf } from '../errors/volvox-error.ts';
import type { Service } from '../lifecycle/service.ts';
import type { Logger } from '../logging/logger.ts';
import { type Clock, systemClock } from '../time/clock.ts';
import { producerConnection, type RedisConfig, workerConnection } from './redis.ts';
import { QUEUE_PREFIX } from './waker.ts';

/** How long a process that rang, and that nobody else heard, stays silent unless another one comes, ms. */
const ALONE_MS = 5_000;
/** What one that begins to hear tells the others. */
const HERE = '';

/**
 * Tells the other processes of a kind at the same Redis that there is something new in SQL. It only saves time: a ring carries its topic and
 * nothing else, may be lost or late, and whoever listens also looks after a time of its own.
 */
export class RemoteNotifier implements Service {
  readonly name = 'remote-notifier';
  readonly #channel: string;
  readonly #ringing: ReturnType<typeof producerConnection>;
  readonly #hearing: ReturnType<typeof workerConnection>;
  readonly #log: Logger;
  readonly #clock: Clock;
  readonly #own = randomUUID();
  readonly #listeners = new Map<string, () => void>();
  /** Topics on their way to Redis; true: rung again meanwhile. */
  readonly #sending = new Map<string, boolean>();
  #aloneUntil = 0;
  #hears = false;

  /** `kind`: of the processes that hear each other. */
  constructor(redis: RedisConfig, kind: string, log: Logger, clock: Clock = systemClock) {
    this.#channel = `${QUEUE_PREFIX}:notify:${kind}`;
    this.#ringing = producerConnection(redis);
    this.#hearing = workerConnection(redis);
    this.#log = log;
    this.#clock = clock;
  }

  /**
   * Whether rings of others come now, as far as this process knows. Who looks less often while they come looks now and then all the same: a
   * connection may be dead before that shows.
   */
  get hears(): boolean {
    return this.#hears;
  }

  /** `listener` is called when another process rings, and whenever rings begin to be heard: some may have been missed before. */
  onRing(topic: string, listener: () => void): void {
    this.#listeners.set(topic, listener);
  }

  /** Never throws. Rings that come while one is on its way are one. */
  ring(topic: string): void {
    if (this.#clock.now() < this.#aloneUntil) return;
    if (this.#sending.has(topic)) {
      this.#sending.set(topic, true);
      return;
    }
    this.#sending.set(topic, false);
    void this.#send(topic);
  }

  async #send(topic: string): Promise<void> {
    try {
      const heardBy = await this.#ringing.publish(this.#channel, `${this.#own} ${topic}`);
      // Itself.
      if (heardBy <= 1) this.#aloneUntil = this.#clock.now() + ALONE_MS;
    } catch (error) {
      this.#log.debug({ topic, reason: messageOf(error) }, 'other processes were not rung');
    }
    const again = this.#sending.get(topic) === true;
    this.#sending.delete(topic);
    if (again) this.ring(topic);
  }

  async start(): Promise<void> {
    this.#hearing.on('message', (_channel: string, message: string) => {
      const [from, topic = ''] = message.split(' ');
      if (from === this.#own) return;
      this.#aloneUntil = 0;
      this.#listeners.get(topic)?.();
    });
    this.#hearing.on('close', () => {
      this.#hears = false;
    });
    this.#hearing.on('ready', () => void this.#listen());
    if (this.#hearing.status === 'ready') void this.#listen();
  }

  /** A Redis that is away is listened to when it is there. */
  async #listen(): Promise<void> {
    try {
      await this.#hearing.subscribe(this.#channel);
      this.#hears = true;
      this.ring(HERE);
      for (const listener of this.#listeners.values()) listener();
    } catch (error) {
      this.#log.debug({ reason: messageOf(error) }, 'rings of other processes are not heard');
    }
  }
  async drain(): Promise<void> {}
  async stop(): Promise<void> {
    this.#hearing.disconnect();
    this.#ringing.disconnect();
  }
}
