import type { Directory } from '#platform/directory/directory.ts';
import { schedulingGeneration } from '#platform/directory/stores/scheduling-generation.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';

/** How long a decision waits for the directory, in ms. After that the scheduler decides with the data it has. */
const MAX_WAIT_MS = 2_000;

interface ConfirmedChangesOptions {
  readonly directory: Directory;
  /** Each one reloads its part; they run one after the other. @throws when its source does not answer. */
  readonly refresh: readonly (() => Promise<void>)[];
  readonly log: Logger;
  readonly clock?: Clock;
}

/**
 * Makes the next decision respect every change that the API has confirmed. The directory counts the changes that matter to the scheduler.
 * Before a decision, the scheduler compares this count with the count at its last reload, and reloads when the directory is ahead.
 */
export class ConfirmedChanges {
  readonly #options: Required<ConfirmedChangesOptions>;
  #known = -1;
  /** Refreshes run one after the other, so each one starts after the count that requires it was read. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: ConfirmedChangesOptions) {
    this.#options = { clock: systemClock, ...options };
  }

  /** Resolves when the data is at least as new as the directory was at the call, or after `MAX_WAIT_MS`. Never rejects. */
  async known(): Promise<void> {
    const { clock, log } = this.#options;
    const answered = new AbortController();
    const late = clock.sleep(MAX_WAIT_MS, answered.signal).then(() => 'late' as const);
    const outcome = await Promise.race([this.#catchUp(), late]);
    answered.abort();
    if (outcome === 'late') log.warn('the directory is slow; deciding without the latest changes');
  }

  async #catchUp(): Promise<'known' | 'failed'> {
    const { directory, log } = this.#options;
    try {
      const required = await schedulingGeneration(directory.read);
      if (required > this.#known) {
        this.#last = this.#last.then(() => this.#refreshTo(required));
        await this.#last;
      }
      return 'known';
    } catch (error) {
      log.warn({ err: error }, 'cannot read the scheduling generation from the directory');
      return 'failed';
    }
  }

  async #refreshTo(required: number): Promise<void> {
    if (required <= this.#known) return;
    const { directory, refresh, log } = this.#options;
    try {
      const generation = await schedulingGeneration(directory.read);
      for (const one of refresh) await one();
      this.#known = generation;
    } catch (error) {
      log.warn({ err: error }, 'cannot reload aggregates and hosts');
    }
  }
}
