import type { Directory } from '#platform/directory/directory.ts';
import { schedulingGeneration } from '#platform/directory/stores/scheduling-generation.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';

/** How long a decision waits for what the directory has, ms; then it is made on what is known. */
const MAX_WAIT_MS = 2_000;

export interface ConfirmedChangesOptions {
  readonly directory: Directory;
  /** Each reads its part anew, one after the other. @throws when its source does not answer. */
  readonly refresh: readonly (() => Promise<void>)[];
  readonly log: Logger;
  readonly clock?: Clock;
}

/**
 * What the API has confirmed holds for the next decision. The directory counts the changes that matter to the scheduler; a decision compares
 * that count with the one its knowledge was read at, and reads everything anew when the directory is ahead.
 */
export class ConfirmedChanges {
  readonly #options: Required<ConfirmedChangesOptions>;
  #known = -1;
  /** Refreshes follow each other, so that each has begun after the count that asks for it was read. */
  #last: Promise<void> = Promise.resolve();

  constructor(options: ConfirmedChangesOptions) {
    this.#options = { clock: systemClock, ...options };
  }

  /** Resolves when the knowledge is at least as new as the directory was at the call, or after `MAX_WAIT_MS`. Never rejects. */
  async known(): Promise<void> {
    const { clock, log } = this.#options;
    const answered = new AbortController();
    const late = clock.sleep(MAX_WAIT_MS, answered.signal).then(() => 'late' as const);
    const outcome = await Promise.race([this.#catchUp(), late]);
    answered.abort();
    if (outcome === 'late') log.warn('deciding without waiting any longer for what has changed');
  }

  async #catchUp(): Promise<'known' | 'failed'> {
    const { directory, log } = this.#options;
    try {
      const wanted = await schedulingGeneration(directory.read);
      if (wanted > this.#known) {
        this.#last = this.#last.then(() => this.#reach(wanted));
        await this.#last;
      }
      return 'known';
    } catch (error) {
      log.warn({ err: error }, 'cannot ask the directory for what has changed');
      return 'failed';
    }
  }

  async #reach(wanted: number): Promise<void> {
    if (wanted <= this.#known) return;
    const { directory, refresh, log } = this.#options;
    try {
      const generation = await schedulingGeneration(directory.read);
      for (const one of refresh) await one();
      this.#known = generation;
    } catch (error) {
      log.warn({ err: error }, 'cannot read anew what has changed');
    }
  }
}
