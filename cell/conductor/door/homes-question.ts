import { messageOf } from '#platform/errors/volvox-error.ts';
import { insertHomesAsked } from '../../database/stores/notices.ts';
import type { ConductorParts } from '../parts.ts';

type Parts = Pick<ConductorParts, 'database' | 'notices' | 'clock' | 'log' | 'settings'>;

/**
 * Writes a notice that asks which instances live in this cell (decision 0006): once after the conductor starts, and once each time that the
 * global tier asks for notices again after it was away for longer than `outOfTouchMs`.
 */
export class HomesQuestion {
  readonly #parts: Parts;
  #listeners = 0;
  #lastHeardAt: number;
  #due = true;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#lastHeardAt = parts.clock.now();
  }

  /** Runs `work`, during which the global tier is in touch: it waits for notices. */
  async inTouch<T>(work: () => Promise<T>): Promise<T> {
    const { clock, settings, log } = this.#parts;
    if (this.#listeners === 0 && clock.now() - this.#lastHeardAt > settings.outOfTouchMs) this.#due = true;
    this.#listeners += 1;
    this.#lastHeardAt = clock.now();
    try {
      await this.askIfDue().catch((error) =>
        log.warn({ reason: messageOf(error) }, 'cannot ask which instances live here; the next call tries again'),
      );
      return await work();
    } finally {
      this.#listeners -= 1;
      this.#lastHeardAt = clock.now();
    }
  }

  /** Writes the question if it is due. It stays due when that fails. */
  async askIfDue(): Promise<void> {
    const { database, clock, notices } = this.#parts;
    if (!this.#due) return;
    this.#due = false;
    try {
      await database.transaction((tx) => insertHomesAsked(tx, clock.now()));
    } catch (error) {
      this.#due = true;
      throw error;
    }
    notices.ring();
  }
}
