import { Batcher } from '#platform/batching/batcher.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Clock } from '#platform/time/clock.ts';

/** Between two statements, ms. */
const GAP_MS = 20;
const MAX_TOGETHER = 500;
const MAX_WAITING = 5_000;

/**
 * Looks up what a caller shows before it is known who calls: keys that this process does not remember, and tokens. Whoever reaches the agent
 * API can cause such a question with each call, so all of them together cost one statement in 20 ms. The first is answered at once.
 */
export class SparingLookups<A> {
  readonly #batcher: Batcher<string, { readonly found: A | null }>;
  #waiting = 0;

  /** @param find what the database has of these, in one statement. */
  constructor(find: (names: readonly string[]) => Promise<ReadonlyMap<string, A>>, clock: Clock) {
    let gap: Promise<void> = Promise.resolve();
    this.#batcher = new Batcher({
      maxBatchSize: MAX_TOGETHER,
      maxInProgress: 1,
      send: async (names) => {
        await gap;
        gap = clock.sleep(GAP_MS);
        const found = await find([...new Set(names)]);
        return names.map((name) => ({ found: found.get(name) ?? null }));
      },
    });
  }

  /** As the database has it after this question. @throws VolvoxError unavailable when too many wait. */
  async ask(name: string): Promise<A | null> {
    if (this.#waiting >= MAX_WAITING) {
      throw new VolvoxError('unavailable', 'Too many calls show keys that the conductor does not know.');
    }
    this.#waiting += 1;
    try {
      return (await this.#batcher.ask('', name)).found;
    } finally {
      this.#waiting -= 1;
    }
  }
}
