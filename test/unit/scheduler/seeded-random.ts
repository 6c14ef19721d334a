import { mix } from '../../../scheduler/seeded-order.ts';

/** Numbers that are the same each time for the same seed. */
export class SeededRandom {
  readonly #seed: number;
  #count = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A whole number from 0 to `end` − 1. */
  below(end: number): number {
    this.#count += 1;
    return mix(mix(this.#seed, 0x51ed270b), this.#count) % end;
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  of<T>(values: readonly [T, ...T[]]): T {
    return values[this.below(values.length)] ?? values[0];
  }
}
