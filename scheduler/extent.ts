import { type HostColumns, RESOURCE_KEYS } from './host-columns.ts';

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

  includeRow({ free, guest }: HostColumns, row: number): void {
    for (let at = 0; at < COUNT; at++) {
      const [amount, most] = [free[at]?.[row] as number, guest[at]?.[row] as number];
      this.#include(at, amount, amount, most, most);
    }
  }

  include(other: Extent): void {
    for (let at = 0; at < COUNT; at++) {
      this.#include(at, other.minFree(at), other.maxFree(at), other.minGuest(at), other.maxGuest(at));
    }
  }

  /** Whether the extent of the set without this row may be smaller. The set has other rows. */
  dependsOn({ free, guest }: HostColumns, row: number): boolean {
    for (let at = 0; at < COUNT; at++) {
      if (isEdge(free[at]?.[row] as number, this.minFree(at), this.maxFree(at))) return true;
      if (isEdge(guest[at]?.[row] as number, this.minGuest(at), this.maxGuest(at))) return true;
    }
    return false;
  }

  #include(at: number, minFree: number, maxFree: number, minGuest: number, maxGuest: number): void {
    const values = this.#values;
    if (minFree < (values[at] as number)) values[at] = minFree;
    if (maxFree > (values[MAX_FREE + at] as number)) values[MAX_FREE + at] = maxFree;
    if (minGuest < (values[MIN_GUEST + at] as number)) values[MIN_GUEST + at] = minGuest;
    if (maxGuest > (values[MAX_GUEST + at] as number)) values[MAX_GUEST + at] = maxGuest;
  }
}

const isEdge = (value: number, min: number, max: number): boolean => min < max && (value === min || value === max);
