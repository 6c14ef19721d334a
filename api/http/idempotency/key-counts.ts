import { throttled } from '#platform/budgets/throttled.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { countKeys } from '#platform/directory/stores/idempotency-keys.ts';
import type { Clock } from '#platform/time/clock.ts';
import { BoundedCache } from '../bounded-cache.ts';

export const DEFAULT_MAX_KEYS = 50_000;
/** How many owners of keys one process counts for. */
const OWNERS = 10_000;
/** A count is read anew after so long: other processes add keys too, and expired ones go. */
const COUNTED_FOR_MS = 60_000;

interface Count {
  kept: number;
}

/** Bounds the keys that are kept for a project. Between two counts, each process may let through what it did not hear of from the others. */
export class KeyCounts {
  readonly #directory: Directory;
  readonly #max: number;
  readonly #counts: BoundedCache<string, Count>;

  constructor(directory: Directory, max: number, clock: Clock) {
    this.#directory = directory;
    this.#max = max;
    this.#counts = new BoundedCache(OWNERS, { maxAgeMs: COUNTED_FOR_MS, now: () => clock.now() });
  }

  /** @throws VolvoxError throttled when the project has too many. */
  async check(owner: string): Promise<void> {
    let count = this.#counts.get(owner);
    if (count === undefined) {
      count = { kept: await countKeys(this.#directory.read, owner, this.#max) };
      this.#counts.set(owner, count);
    }
    if (count.kept < this.#max) return;
    throw throttled(
      `Idempotency-Key: the project has ${this.#max} answers kept, which is the most; each is kept for a day. Send the request without a key, or later.`,
      COUNTED_FOR_MS,
    );
  }

  /** One more is kept. */
  add(owner: string): void {
    const count = this.#counts.get(owner);
    if (count !== undefined) count.kept += 1;
  }
}
