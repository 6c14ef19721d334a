import { type Clock, systemClock } from '#platform/time/clock.ts';
import { OVER } from '#platform/time/over.ts';

/** How often they look, by whether other conductors' rings are heard, ms. */
const LOOK_EVERY_MS = { heard: 5_000, unheard: 2_000 } as const;

/** How often what other conductors do is looked for: often, unless their rings are heard. */
export const lookEveryMs = (hears: boolean): number => LOOK_EVERY_MS[hears ? 'heard' : 'unheard'];

/** Wakes all who wait at it. It only saves time: each of them also looks again after a time of its own. */
export class Notifier {
  readonly #clock: Clock;
  readonly #tell: () => void;
  readonly #lookAgainMs: () => number;
  #next = new AbortController();

  /** `tell`: called with each ring here; other processes ring theirs (`hear`). */
  constructor(
    clock: Clock = systemClock,
    tell: () => void = () => undefined,
    lookAgainMs: () => number = () => lookEveryMs(false),
  ) {
    this.#clock = clock;
    this.#tell = tell;
    this.#lookAgainMs = lookAgainMs;
  }

  /** How long who waits may do so before it looks again, ms. */
  get lookAgainMs(): number {
    return this.#lookAgainMs();
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
