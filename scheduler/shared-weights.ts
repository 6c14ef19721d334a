import type { WeighedAmount } from './frontier.ts';
import type { HostView } from './host-view.ts';
import type { WeightScale } from './weight-scale.ts';

/** What the weighers of a request say of all hosts of a kind, by position of the scale. */
export interface SharedWeights {
  /** 0 where each host has its own. */
  readonly values: readonly number[];
  readonly multipliers: readonly number[];
  readonly weighed: readonly WeighedAmount[];
}

/** Kinds of which the weighers of one shape of requests say the same have one object. Most regions have very few. */
export class KnownWeights {
  readonly #known = new Map<string, SharedWeights>();

  of(scales: readonly WeightScale[], ordinary: HostView): SharedWeights {
    const values = scales.map(({ at, value }) => (at >= 0 ? 0 : value(ordinary)));
    const multipliers = scales.map((scale) => scale.multiplierFor(ordinary));
    const key = `${values.join()} ${multipliers.join()}`;
    let weights = this.#known.get(key);
    if (weights === undefined) {
      weights = { values, multipliers, weighed: weighedAmounts(scales, multipliers) };
      this.#known.set(key, weights);
    }
    return weights;
  }
}

const weighedAmounts = (scales: readonly WeightScale[], multipliers: readonly number[]): readonly WeighedAmount[] =>
  scales.flatMap(({ at }, position) => (at < 0 ? [] : [{ at, multiplier: multipliers[position] ?? 0 }]));
