import { ATTENTIVE_MS } from '#platform/contracts/global-rings.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import { OVER } from '#platform/time/over.ts';

/** How long those who look for work rest in a quiet region, ms. */
const REST_MS = 5_000;

interface ActivityOptions {
  readonly clock?: Clock;
  /** Whether what other processes do would be heard. */
  readonly hears: () => boolean;
  /** Whether this process works at something. */
  readonly works: () => boolean;
}

/**
 * Whether anything goes on in the global tier. While nothing does, those who look for work in SQL rest; the first sign of something wakes them
 * all. While signs of others may be missed, nobody rests.
 */
export class Activity {
  readonly #options: Required<ActivityOptions>;
  #notedAt: number;
  #rested = new AbortController();

  constructor(options: ActivityOptions) {
    this.#options = { clock: systemClock, ...options };
    this.#notedAt = this.#options.clock.now();
  }

  /** Something was changed, or is about to be. */
  note(): void {
    this.#notedAt = this.#options.clock.now();
    const resting = this.#rested;
    this.#rested = new AbortController();
    resting.abort(OVER);
  }

  /** Resolves after `ms`; in a quiet region after `REST_MS`, or as soon as something is noted; and when `signal` aborts. */
  async rest(ms: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    if (!this.#isQuiet()) return await clock.sleep(ms, signal);
    await clock.sleep(Math.max(ms, REST_MS), AbortSignal.any([signal, this.#rested.signal]));
  }

  #isQuiet(): boolean {
    const { clock, hears, works } = this.#options;
    return hears() && !works() && clock.now() - this.#notedAt >= ATTENTIVE_MS;
  }
}
