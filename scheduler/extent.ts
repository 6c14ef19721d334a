import { AMOUNTS, GUEST, type HostColumns, RESOURCE_KEYS } from './host-columns.ts';

const COUNT = RESOURCE_KEYS.length;
const MAX_FREE = COUNT;
const MIN_GUEST = 2 * COUNT;
const MAX_GUEST = 3 * COUNT;

/**
 * The smallest and the greatest amounts of a set of hosts, by resource: what is free, and what a single guest may have at most. Those of an empty
 * set are infinite, the smallest greater than the greatest.
 */
export class Extent {
  readonly #values = new Float64Array(4 * COUNT);

  constructor() {
    this.clear();
  }

  minFree(at: number): number {
    return this.#values[at] as number;
  }

  maxFree(at: number): number {
    return this.#values[MAX_FREE + at] as number;
  }

  minGuest(at: number): number {
    return this.#values[MIN_GUEST + at] as number;
  }

  maxGuest(at: number): number {
    return this.#values[MAX_GUEST + at] as number;
  }

  clear(): void {
    this.#values.fill(Number.POSITIVE_INFINITY, 0, MAX_FREE);
    this.#values.fill(Number.NEGATIVE_INFINITY, MAX_FREE, MIN_GUEST);
    this.#values.fill(Number.POSITIVE_INFINITY, MIN_GUEST, MAX_GUEST);
    this.#values.fill(Number.NEGATIVE_INFINITY, MAX_GUEST);
  }

  includeRow({ amounts }: HostColumns, row: number): void {
    const values = this.#values;
    for (let at = 0, from = row * AMOUNTS; at < COUNT; at++, from++) {
      const [free, guest] = [amounts[from] as number, amounts[from + GUEST] as number];
      if (free < (values[at] as number)) values[at] = free;
      if (free > (values[MAX_FREE + at] as number)) values[MAX_FREE + at] = free;
      if (guest < (values[MIN_GUEST + at] as number)) values[MIN_GUEST + at] = guest;
      if (guest > (values[MAX_GUEST + at] as number)) values[MAX_GUEST + at] = guest;
    }
  }

  include(other: Extent): void {
    const [values, others] = [this.#values, other.#values];
    for (let at = 0; at < values.length; at++) {
      const isMax = at >= MAX_GUEST || (at >= MAX_FREE && at < MIN_GUEST);
      const value = others[at] as number;
      if (isMax ? value > (values[at] as number) : value < (values[at] as number)) values[at] = value;
    }
  }

  /** Whether the extent of the set without this row may be smaller. The set has other rows. */
  dependsOn({ amounts }: HostColumns, row: number): boolean {
    for (let at = 0, from = row * AMOUNTS; at < COUNT; at++, from++) {
      if (isEdge(amounts[from] as number, this.minFree(at), this.maxFree(at))) return true;
      if (isEdge(amounts[from + GUEST] as number, this.minGuest(at), this.maxGuest(at))) return true;
    }
    return false;
  }
}

const isEdge = (value: number, min: number, max: number): boolean => min < max && (value === min || value === max);
