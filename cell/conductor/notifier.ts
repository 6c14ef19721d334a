import { type Clock, systemClock } from '#platform/time/clock.ts';
import { OVER } from '#platform/time/over.ts';

/** Wakes everybody who waits at it. Only speed: who waits looks again after its own time anyway. */
export class Notifier {
  readonly #clock: Clock;
  #next = new AbortController();

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  ring(): void {
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
