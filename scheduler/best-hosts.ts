import { judgeAmounts, judgeExtent, judgeRow, PASS } from './amount-checks.ts';
import type { Extent } from './extent.ts';
import type { Frontier } from './frontier.ts';
import { AMOUNTS, METRIC } from './host-columns.ts';
import type { HostBucket } from './host-kind.ts';
import type { PassingCell, PassingHosts, PassingKind } from './passing-hosts.ts';
import type { SharedWeights } from './shared-weights.ts';
import type { Snapshot } from './snapshot.ts';
import { TopHosts } from './top-hosts.ts';
import type { WeightScale } from './weight-scale.ts';

/** What the hosts of a kind share, by scale that is not flat. */
interface KindWeights {
  readonly factors: Float64Array;
  /** The parts of the weight; 0 where each host has its own. */
  readonly terms: Float64Array;
  /** Whether a host that is better in a weighed amount, and worse in none, has a greater weight, whatever is rounded. */
  readonly isExact: boolean;
}

/** More than the steps of a sum of weights round together, as a part of it. */
const ROUNDED = 2 ** -46;

/**
 * Ranks passing hosts: by weight, then by the seeded shuffle, then by id. The greatest weight that hosts of an extent can have is the weight of their
 * greatest amounts (smallest, for a negative multiplier), also in floating point, because each step of the sum is monotonic. So kinds
 * and buckets that cannot have one of the best are not looked at. The best host of a kind is looked for in its frontier, if it is known.
 */
export class BestHosts {
  readonly #snapshot: Snapshot;
  readonly #passing: PassingHosts;
  readonly #seed: number;
  readonly #scales: readonly WeightScale[];
  readonly #at: Int32Array;
  readonly #min: Float64Array;
  readonly #weights = new Map<SharedWeights, KindWeights>();

  constructor(passing: PassingHosts, snapshot: Snapshot, seed: number) {
    this.#passing = passing;
    this.#snapshot = snapshot;
    this.#seed = seed;
    this.#scales = passing.scales.filter((scale) => !scale.isFlat);
    this.#at = Int32Array.from(this.#scales, ({ at }) => at);
    this.#min = Float64Array.from(this.#scales, ({ min }) => min);
  }

  /** The rows of the best host of each cell, best first, of at most so many cells. */
  ofCells(count: number): readonly number[] {
    const top = new TopHosts(this.#snapshot.table, this.#seed, count);
    for (const cell of this.#passing.cells.values()) {
      const [best] = this.#bestOf(cell, top.floor).ranked;
      if (best !== undefined) top.offer(best.row, best.weight);
    }
    return top.ranked.map(({ row }) => row);
  }

  /** Of the hosts of the cell that have so much weight. */
  #bestOf(cell: PassingCell, floor: number): TopHosts {
    const best = new TopHosts(this.#snapshot.table, this.#seed, 1, floor);
    for (const row of cell.rows) best.offer(row, this.#weightOf(row));
    for (const passing of cell.kinds) {
      const frontier = this.#frontierOf(passing);
      if (frontier === null) this.#rankKind(passing, best);
      else this.#offerFrontier(passing, frontier, best);
    }
    return best;
  }

  #frontierOf(passing: PassingKind): Frontier | null {
    const { kind, dimensions } = passing;
    if (dimensions === null || !this.#weightsOf(passing).isExact) return null;
    return kind.frontier(dimensions, this.#snapshot.table.columns);
  }

  #offerFrontier(passing: PassingKind, { points }: Frontier, top: TopHosts): void {
    const { amounts: checks } = passing;
    const weights = this.#weightsOf(passing);
    for (const { amounts, rows } of points) {
      const weight = this.#weightOfAmounts(amounts, 0, weights);
      if (weight >= top.floor && judgeAmounts(amounts, 0, checks) === PASS) top.offerEqual(rows, rows.length, weight);
    }
  }

  /** The rows of the best hosts of a cell, best first. */
  ofCell(cell: PassingCell, count: number): readonly number[] {
    return count === 0 ? [] : this.#rank(cell, count).ranked.map(({ row }) => row);
  }

  /** These rows, best first. */
  sorted(rows: readonly number[]): readonly number[] {
    const top = new TopHosts(this.#snapshot.table, this.#seed, rows.length);
    for (const row of rows) top.offer(row, this.#weightOf(row));
    return top.ranked.map(({ row }) => row);
  }

  #rank(cell: PassingCell, count: number): TopHosts {
    const top = new TopHosts(this.#snapshot.table, this.#seed, count);
    for (const row of cell.rows) top.offer(row, this.#weightOf(row));
    for (const passing of this.#byBound(cell)) this.#rankKind(passing, top);
    return top;
  }

  #byBound({ kinds }: PassingCell): readonly PassingKind[] {
    if (kinds.length < 2) return kinds;
    return kinds
      .map((passing) => ({ passing, bound: this.#boundOfKind(passing) }))
      .sort((a, b) => b.bound - a.bound)
      .map(({ passing }) => passing);
  }

  #rankKind(passing: PassingKind, top: TopHosts): void {
    if (this.#boundOfKind(passing) < top.floor) return;
    const { columns } = this.#snapshot.table;
    const weights = this.#weightsOf(passing);
    const buckets: HostBucket[] = [];
    const bounds: number[] = [];
    let first = 0;
    for (const bucket of passing.kind.buckets.values()) {
      const bound = this.#bound(bucket.extent(columns), weights);
      if (bound < top.floor) continue;
      if (bound > (bounds[first] ?? bound)) first = bounds.length;
      buckets.push(bucket);
      bounds.push(bound);
    }
    // The most promising first, so that the others need not be looked at.
    const best = buckets[first];
    if (best !== undefined) this.#rankBucket(best, passing, weights, top);
    for (const [at, bucket] of buckets.entries()) {
      if (at !== first && (bounds[at] ?? 0) >= top.floor) this.#rankBucket(bucket, passing, weights, top);
    }
  }

  #rankBucket(bucket: HostBucket, { amounts }: PassingKind, weights: KindWeights, top: TopHosts): void {
    const { columns } = this.#snapshot.table;
    const { decision } = this.#passing;
    const outcome = judgeExtent(bucket.extent(columns), amounts);
    if (outcome >= 0) return;
    const isMarked = bucket.mark === decision;
    const { rows, size } = bucket;
    const isUniform = this.#isUniform(bucket.extent(columns), weights);
    if (isUniform && !isMarked && outcome === PASS) {
      top.offerEqual(rows, size, this.#bound(bucket.extent(columns), weights));
      return;
    }
    for (let slot = 0; slot < size; slot++) {
      const row = rows[slot] as number;
      if (isMarked && columns.marks[row] === decision) continue;
      if (outcome !== PASS && judgeRow(columns, row, amounts) !== PASS) continue;
      top.offer(row, this.#weightOfOrdinary(row, weights));
    }
  }

  /** Whether all hosts within this extent have the same weight. */
  #isUniform(extent: Extent, { factors }: KindWeights): boolean {
    return this.#at.every((at, position) => at < 0 || factors[position] === 0 || extent.min(at) === extent.max(at));
  }

  #weightsOf({ weights: shared }: PassingKind): KindWeights {
    let weights = this.#weights.get(shared);
    if (weights === undefined) {
      const { scales } = this.#passing;
      const positions = [...scales.keys()].filter((position) => scales[position]?.isFlat === false);
      const multipliers = positions.map((position) => shared.multipliers[position] as number);
      const factors = Float64Array.from(this.#scales, ({ max, min }, at) => (multipliers[at] as number) / (max - min));
      const terms = Float64Array.from(this.#scales, ({ at: amount, min }, at) =>
        amount >= 0 ? 0 : ((shared.values[positions[at] as number] as number) - min) * (factors[at] as number),
      );
      weights = { factors, terms, isExact: this.#isExact(multipliers, factors) };
      this.#weights.set(shared, weights);
    }
    return weights;
  }

  /**
   * Amounts are whole numbers, apart from metrics. So the weights of two hosts that differ in an amount differ by its factor at least, before they are rounded. Each
   * of the few steps of the sum rounds by 2⁻⁵³ of it at most, and the sum is no greater than all multipliers together.
   */
  #isExact(multipliers: readonly number[], factors: Float64Array): boolean {
    const rounded = multipliers.reduce((sum, one) => sum + Math.abs(one), 0) * ROUNDED;
    return this.#at.every((at, position) => {
      const factor = Math.abs(factors[position] as number);
      return at < 0 || factor === 0 || (at !== METRIC && factor > rounded);
    });
  }

  #weightOfOrdinary(row: number, weights: KindWeights): number {
    return this.#weightOfAmounts(this.#snapshot.table.columns.amounts, row * AMOUNTS, weights);
  }

  #weightOfAmounts(amounts: Float64Array, from: number, { factors, terms }: KindWeights): number {
    const [ats, mins] = [this.#at, this.#min];
    let weight = 0;
    for (let position = 0; position < terms.length; position++) {
      const at = ats[position] as number;
      if (at < 0) weight += terms[position] as number;
      else weight += ((amounts[from + at] as number) - (mins[position] as number)) * (factors[position] as number);
    }
    return weight;
  }

  #weightOf(row: number): number {
    const view = this.#snapshot.table.view(row);
    return this.#scales.reduce((weight, scale) => weight + (scale.value(view) - scale.min) * scale.factorFor(view), 0);
  }

  #boundOfKind(passing: PassingKind): number {
    return this.#bound(passing.passing, this.#weightsOf(passing));
  }

  #bound(extent: Extent, { factors, terms }: KindWeights): number {
    let bound = 0;
    for (let position = 0; position < terms.length; position++) {
      const at = this.#at[position] as number;
      const factor = factors[position] as number;
      if (at < 0) bound += terms[position] as number;
      else {
        const amount = factor > 0 ? extent.max(at) : extent.min(at);
        bound += (amount - (this.#min[position] as number)) * factor;
      }
    }
    return bound;
  }
}
