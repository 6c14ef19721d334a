import type { Clock } from '#platform/time/clock.ts';
import { EventQueue, type Planned } from './event-queue.ts';
import { Random } from './random.ts';
import { realSetImmediate } from './real-time.ts';

/** One life of a simulated process, from its start to its crash. What belongs to a dead one never happens any more. */
export interface Life {
  readonly name: string;
  alive: boolean;
  /** It stands still until then, ms: nothing of it happens, and it notices nothing. */
  pausedUntil: number;
  readonly atDeath: Set<() => void>;
  /** No fault comes to it: a user, who is outside of the region. */
  readonly immortal?: true;
}

export interface Event extends Planned {
  readonly life: Life | null;
  readonly run: () => void;
}

const START = Date.UTC(2026, 0, 1);

/**
 * Virtual time. Everything that waits (for a statement, a call, a timer) is an event of this queue, and what code does between two
 * events belongs to the process whose event it was. The order of events comes from the seed alone.
 */
export class Kernel {
  readonly random: Random;
  readonly clock: Clock;
  /** Whose event is happening. */
  current: Life | null = null;
  /** How many events have happened. */
  events = 0;
  readonly #queue = new EventQueue<Event>();
  #now = START;
  #seq = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.clock = { now: () => Math.floor(this.#now), sleep: (ms, signal) => this.#sleep(ms, signal) };
  }

  /** ms since the epoch, with fractions. */
  get now(): number {
    return this.#now;
  }

  /** ms since the history began. */
  get elapsed(): number {
    return this.#now - START;
  }

  /** Lets `run` happen after `ms` of virtual time, as an event of `life`, unless that dies before. */
  plan(ms: number, life: Life | null, run: () => void): Event {
    const event: Event = { at: this.#now + Math.max(0, ms), seq: this.#seq++, cancelled: false, life, run };
    this.#queue.push(event);
    return event;
  }

  /** The same for the process whose event is happening. */
  planHere(ms: number, run: () => void): Event {
    return this.plan(ms, this.current, run);
  }

  /** Ends a life: its promises never settle, and everything that it had open is released. */
  kill(life: Life): void {
    if (!life.alive) return;
    life.alive = false;
    for (const release of [...life.atDeath]) release();
  }

  /** Runs events until `until` says so (asked before each) or none is left. Rejects with what an event threw. */
  run(until: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      // What an event sets going runs to its next wait before the event after it.
      const step = (): void => {
        const event = until() ? undefined : this.#next();
        if (event === undefined) {
          this.current = null;
          resolve();
          return;
        }
        this.current = event.life;
        try {
          event.run();
        } catch (error) {
          reject(error);
          return;
        }
        realSetImmediate(step);
      };
      step();
    });
  }

  #next(): Event | undefined {
    for (;;) {
      const event = this.#queue.pop();
      if (event === undefined) return undefined;
      if (event.cancelled || event.life?.alive === false) continue;
      this.#now = Math.max(this.#now, event.at);
      if (event.life !== null && event.life.pausedUntil > this.#now) {
        event.at = event.life.pausedUntil;
        this.#queue.push(event);
        continue;
      }
      this.events += 1;
      return event;
    }
  }

  #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const over = (): void => {
        event.cancelled = true;
        signal?.removeEventListener('abort', over);
        resolve();
      };
      const event = this.planHere(ms, over);
      signal?.addEventListener('abort', over);
    });
  }
}
