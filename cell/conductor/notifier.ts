import { type Clock, systemClock } from '#platform/time/clock.ts';
import { OVER } from '#platform/time/over.ts';

/** Wakes all who wait at it. It only saves time: each of them also looks again after a time of its own. */
export class Notifier {
  readonly #clock: Clock;
  readonly #tell: () => void;
  #next = new AbortController();

  /** `tell`: called with each ring here; other processes ring theirs (`hear`). */
  constructor(clock: Clock = systemClock, tell: () => void = () => undefined) {
    this.#clock = clock;
    this.#tell = tell;
  }

  ring(): void {
    this.hear();
    this.#tell();
  }

  /** Another process has rung. */
  hear(): void {
    const rung = this.#next;
    this.#next = new AbortController();
    rung.abort(OVER);
  }

  /** Resolves at the next ring, after `ms`, or when `signal` aborts. */
  async wait(ms: number, signal?: AbortSignal): Promise<void> {
    const rung = this.#next.signal;
    await this.#clock.sleep(ms, signal === undefined ? rung : AbortSignal.any([rung, signal]));
  }
}
