import type { AmountCheck } from './amount-checks.ts';
import type { Extent } from './extent.ts';
import { AMOUNTS } from './host-columns.ts';

/** Less than any share that is missing. */
const FITS = -1;

/**
 * What hosts of one kind miss: how many filters refuse them, and the share of the requested amounts that is missing, summed up over those filters. Each call
 * replaces `misses` and `share`, because it is asked about many hosts.
 */
export class AmountMisses {
  misses = 0;
  share = 0;
  readonly #refusing: number;
  readonly #at: Int32Array;
  readonly #min: Float64Array;
  readonly #max: Float64Array;
  /** 1: the check is the last one of its filter. */
  readonly #ends: Uint8Array;

  /** @param refusing how many filters refuse each host of the kind, whatever its amounts. @param checks those of each filter together. */
  constructor(refusing: number, checks: readonly (readonly AmountCheck[])[]) {
    const all = checks.flat();
    this.#refusing = refusing;
    this.#at = Int32Array.from(all, ({ at }) => at);
    this.#min = Float64Array.from(all, ({ min }) => min);
    this.#max = Float64Array.from(all, ({ max }) => max);
    this.#ends = Uint8Array.from(
      checks.flatMap((ofFilter) => ofFilter.map((_, at) => (at === ofFilter.length - 1 ? 1 : 0))),
    );
  }

  ofRow(amounts: Float64Array, row: number): void {
    this.#begin();
    let missing = FITS;
    for (let position = 0; position < this.#at.length; position++) {
      const amount = amounts[row * AMOUNTS + (this.#at[position] as number)] as number;
      missing = this.#check(position, amount, amount, missing);
    }
  }

  /** No host within the extent misses less. */
  ofExtent(extent: Extent): void {
    this.#begin();
    let missing = FITS;
    for (let position = 0; position < this.#at.length; position++) {
      const at = this.#at[position] as number;
      missing = this.#check(position, extent.min(at), extent.max(at), missing);
    }
  }

  /** Whether all hosts within the extent miss the same. */
  isUniform(extent: Extent): boolean {
    return this.#at.every((at) => extent.min(at) === extent.max(at));
  }

  #begin(): void {
    this.misses = this.#refusing;
    this.share = 0;
  }

  /** @param missing what the earlier checks of the filter found. @returns what it is for the next check. */
  #check(position: number, smallest: number, greatest: number, missing: number): number {
    const min = this.#min[position] as number;
    let most = missing;
    if (greatest < min) most = Math.max(most, (min - greatest) / min);
    else if (smallest > (this.#max[position] as number)) most = Math.max(most, 0);
    if (this.#ends[position] === 0) return most;
    if (most !== FITS) {
      this.misses += 1;
      this.share += most;
    }
    return FITS;
  }
}
