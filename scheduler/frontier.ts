import type { AmountCheck } from './amount-checks.ts';
import type { Extent } from './extent.ts';
import { AMOUNTS, type HostColumns } from './host-columns.ts';

/** An amount that is weighed or checked. */
interface Dimension {
  /** The position of the amount in the row. */
  readonly at: number;
  /** 1: more is better; −1: less. */
  readonly sign: 1 | -1;
  readonly isWeighed: boolean;
}

/** Of a multiplier: the amount at this position of the row counts by it. */
export interface WeighedAmount {
  readonly at: number;
  readonly multiplier: number;
}

/** What decides which hosts of a kind may be the best for a shape of requests. */
export class Dimensions {
  /** The same for the same dimensions. */
  readonly key: string;
  readonly list: readonly Dimension[];

  private constructor(list: readonly Dimension[]) {
    this.list = list;
    this.key = list.map(({ at, sign, isWeighed }) => `${at} ${sign} ${isWeighed}`).join();
  }

  /** Null: an amount must be great for a check and small for a weigher, or the reverse, so none of two hosts is better. */
  static of(weighed: readonly WeighedAmount[], checks: readonly AmountCheck[]): Dimensions | null {
    const dimensions = new Map<number, Dimension>();
    for (const { at, multiplier } of weighed) {
      if (multiplier !== 0) dimensions.set(at, { at, sign: multiplier > 0 ? 1 : -1, isWeighed: true });
    }
    for (const { at, max } of checks) {
      const sign = max === Number.POSITIVE_INFINITY ? 1 : -1;
      const known = dimensions.get(at);
      if (known === undefined) dimensions.set(at, { at, sign, isWeighed: false });
      else if (known.sign !== sign) return null;
    }
    return new Dimensions([...dimensions.values()]);
  }
}

/** Hosts that agree in all dimensions. */
interface FrontierPoint {
  /** Of each host. */
  readonly amounts: Float64Array;
  readonly rows: number[];
}

interface HostSet {
  extent(columns: HostColumns): Extent;
  /** The rows of its frontier, at least. */
  bestRows(dimensions: Dimensions, columns: HostColumns): ArrayLike<number>;
}

/**
 * The hosts of a kind, without those of which another one is better in a weighed amount and worse in no dimension. That one passes the checks if this one
 * does. So the frontier has the best of the hosts that pass, whatever the scales are, as long as such a difference is not lost in rounding.
 */
export class Frontier {
  readonly points: FrontierPoint[] = [];
  /** The weighed dimensions first. */
  readonly #ats: Int32Array;
  readonly #signs: Float64Array;
  readonly #weighed: number;
  readonly #columns: HostColumns;
  /** Of each point, its amounts times the signs. */
  #values = new Float64Array(0);
  /** The same of the host that is looked at. */
  readonly #host: Float64Array;

  constructor(dimensions: Dimensions, sets: Iterable<HostSet>, columns: HostColumns) {
    const { list } = dimensions;
    this.#ats = Int32Array.from(list, ({ at }) => at);
    this.#signs = Float64Array.from(list, ({ sign }) => sign);
    this.#weighed = list.filter(({ isWeighed }) => isWeighed).length;
    this.#columns = columns;
    this.#host = new Float64Array(list.length);
    for (const set of this.#bestFirst([...sets])) {
      this.#setBest(set.extent(columns));
      if (this.#isBehind()) continue;
      const rows = set.bestRows(dimensions, columns);
      for (let at = 0; at < rows.length; at++) this.#offer(rows[at] as number);
    }
  }

  get rows(): readonly number[] {
    return this.points.flatMap(({ rows }) => rows);
  }

  /** The set with the best of the first dimension first, because its hosts often leave out those of the others. */
  #bestFirst(sets: HostSet[]): readonly HostSet[] {
    let best = 0;
    let greatest = Number.NEGATIVE_INFINITY;
    for (const [at, set] of sets.entries()) {
      const one = this.#bestOf(set.extent(this.#columns), 0);
      if (one > greatest) [greatest, best] = [one, at];
    }
    const [one] = sets.splice(best, 1);
    return one === undefined ? sets : [one, ...sets];
  }

  #bestOf(extent: Extent, position: number): number {
    const at = this.#ats[position] ?? 0;
    return this.#signs[position] === 1 ? extent.max(at) : -extent.min(at);
  }

  #setBest(extent: Extent): void {
    for (let position = 0; position < this.#host.length; position++)
      this.#host[position] = this.#bestOf(extent, position);
  }

  /** Whether a point is better than the host that is looked at. */
  #isBehind(): boolean {
    for (let point = 0; point < this.points.length; point++) if (this.#compare(point) === BETTER) return true;
    return false;
  }

  #offer(row: number): void {
    const { points } = this;
    const { amounts } = this.#columns;
    const [ats, signs, host] = [this.#ats, this.#signs, this.#host];
    const from = row * AMOUNTS;
    for (let position = 0; position < host.length; position++)
      host[position] = (amounts[from + (ats[position] as number)] as number) * (signs[position] as number);
    for (let point = 0; point < points.length; point++) {
      const order = this.#compare(point);
      if (order === BETTER) return;
      if (order === EQUAL) {
        points[point]?.rows.push(row);
        return;
      }
      if (order !== WORSE) continue;
      this.#remove(point);
      point -= 1;
    }
    this.#add({ amounts: amounts.slice(from, from + AMOUNTS), rows: [row] });
  }

  #add(point: FrontierPoint): void {
    const length = this.#host.length;
    const from = this.points.length * length;
    if (this.#values.length < from + length) {
      const values = new Float64Array(Math.max(8 * length, 2 * from));
      values.set(this.#values);
      this.#values = values;
    }
    this.#values.set(this.#host, from);
    this.points.push(point);
  }

  /** The last point takes its position. */
  #remove(point: number): void {
    const last = this.points.pop();
    if (last === undefined || point === this.points.length) return;
    this.points[point] = last;
    const length = this.#host.length;
    const from = this.points.length * length;
    this.#values.set(this.#values.subarray(from, from + length), point * length);
  }

  /** BETTER: the point is better than the host in a weighed amount and worse in no dimension. WORSE: the reverse. */
  #compare(point: number): number {
    const [values, host, weighed] = [this.#values, this.#host, this.#weighed];
    const from = point * host.length;
    let order = EQUAL;
    let differs = false;
    for (let position = 0; position < host.length; position++) {
      const difference = (values[from + position] as number) - (host[position] as number);
      if (difference === 0) continue;
      order |= difference > 0 ? BETTER : WORSE;
      if (order === NEITHER) return NEITHER;
      if (position < weighed) differs = true;
    }
    return differs || order === EQUAL ? order : NEITHER;
  }
}

const [EQUAL, BETTER, WORSE, NEITHER] = [0, 1, 2, 3];
