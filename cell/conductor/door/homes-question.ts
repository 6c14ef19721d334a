import { messageOf } from '#platform/errors/volvox-error.ts';
import { insertHomesAsked } from '../../database/stores/notices.ts';
import type { ConductorParts } from '../parts.ts';

type Parts = Pick<ConductorParts, 'database' | 'notices' | 'clock' | 'log' | 'settings'>;

/**
 * Leaves the question which instances are at home here (decision 0006): when the conductor starts, and when the global tier comes back
 * for notices after it was away for longer than `outOfTouchMs`. Once each time, however often somebody comes.
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

  /** While somebody of the global tier waits for notices. */
  async inTouch<T>(work: () => Promise<T>): Promise<T> {
    const { clock, settings, log } = this.#parts;
    if (this.#listeners === 0 && clock.now() - this.#lastHeardAt > settings.outOfTouchMs) this.#due = true;
    this.#listeners += 1;
    this.#lastHeardAt = clock.now();
    try {
      await this.askIfDue().catch((error) => log.warn({ reason: messageOf(error) }, 'cannot ask for the homes yet'));
      return await work();
    } finally {
      this.#listeners -= 1;
      this.#lastHeardAt = clock.now();
    }
  }

  /** Writes the question, if there is one to ask. When that fails it stays to be asked. */
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
