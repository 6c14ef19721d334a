import { AMOUNTS, type HostColumns } from './host-columns.ts';

/** The smallest and the greatest of each amount of a set of hosts. Those of an empty set are infinite, the smallest greater than the greatest. */
export class Extent {
  /** The smallest, then the greatest. */
  readonly #values = new Float64Array(2 * AMOUNTS);

  constructor() {
    this.clear();
  }

  min(at: number): number {
    return this.#values[at] as number;
  }

  max(at: number): number {
    return this.#values[AMOUNTS + at] as number;
  }

  clear(): void {
    this.#values.fill(Number.POSITIVE_INFINITY, 0, AMOUNTS);
    this.#values.fill(Number.NEGATIVE_INFINITY, AMOUNTS);
  }

  includeRow({ amounts }: HostColumns, row: number): void {
    const values = this.#values;
    for (let at = 0, from = row * AMOUNTS; at < AMOUNTS; at++, from++) {
      const amount = amounts[from] as number;
      if (amount < (values[at] as number)) values[at] = amount;
      if (amount > (values[AMOUNTS + at] as number)) values[AMOUNTS + at] = amount;
    }
  }

  include(other: Extent): void {
    const [values, others] = [this.#values, other.#values];
    for (let at = 0; at < AMOUNTS; at++) {
      const [min, max] = [others[at] as number, others[AMOUNTS + at] as number];
      if (min < (values[at] as number)) values[at] = min;
      if (max > (values[AMOUNTS + at] as number)) values[AMOUNTS + at] = max;
    }
  }

  /** Whether the extent of the set without this row may be smaller. The set has other rows. */
  dependsOn({ amounts }: HostColumns, row: number): boolean {
    for (let at = 0, from = row * AMOUNTS; at < AMOUNTS; at++, from++) {
      const [amount, min, max] = [amounts[from] as number, this.min(at), this.max(at)];
      if (min < max && (amount === min || amount === max)) return true;
    }
    return false;
  }
}
