import { mix } from './seeded-order.ts';

interface RankedHost {
  readonly row: number;
  readonly weight: number;
  /** Decides between equal weights: the smaller first. */
  readonly shuffled: number;
}

/** What a ranking reads of the table. */
interface RankedRows {
  readonly columns: { readonly salts: Uint32Array };
  view(row: number): { readonly host: { readonly id: string } };
}

/** The best hosts of those offered, at most `size`, best first. */
export class TopHosts {
  readonly #table: RankedRows;
  readonly #seed: number;
  readonly #size: number;
  readonly #ranked: RankedHost[] = [];
  /** A host of less weight is not among the best. */
  floor: number;

  constructor(table: RankedRows, seed: number, size: number, floor = Number.NEGATIVE_INFINITY) {
    this.#table = table;
    this.#seed = seed;
    this.#size = size;
    this.floor = floor;
  }

  get ranked(): readonly RankedHost[] {
    return this.#ranked;
  }

  offer(row: number, weight: number): void {
    if (weight < this.floor) return;
    const shuffled = mix(this.#seed, this.#table.columns.salts[row] as number);
    const ranked = this.#ranked;
    if (ranked.length === this.#size) {
      const last = ranked[ranked.length - 1] as RankedHost;
      if (weight === last.weight && shuffled > last.shuffled) return;
      if (!this.#isBefore({ row, weight, shuffled }, last)) return;
      ranked.pop();
    }
    const host = { row, weight, shuffled };
    let at = ranked.length;
    while (at > 0 && this.#isBefore(host, ranked[at - 1] as RankedHost)) at -= 1;
    ranked.splice(at, 0, host);
    if (ranked.length === this.#size)
      this.floor = Math.max(this.floor, (ranked[ranked.length - 1] as RankedHost).weight);
  }

  /** Offers the first `count` of these rows, which all have this weight. Many rows cost little more than the shuffle of each. */
  offerEqual(rows: ArrayLike<number>, count: number, weight: number): void {
    if (weight < this.floor) return;
    const { salts } = this.#table.columns;
    const seed = this.#seed;
    let worst = this.#worstShuffled(weight);
    for (let slot = 0; slot < count; slot++) {
      const row = rows[slot] as number;
      if (mix(seed, salts[row] as number) > worst) continue;
      this.offer(row, weight);
      worst = this.#worstShuffled(weight);
    }
  }

  /** A host of this weight that is shuffled to more is not among the best. */
  #worstShuffled(weight: number): number {
    const last = this.#ranked.length === this.#size ? this.#ranked[this.#size - 1] : undefined;
    return last?.weight === weight ? last.shuffled : Number.POSITIVE_INFINITY;
  }

  #isBefore(a: RankedHost, b: RankedHost): boolean {
    if (a.weight !== b.weight) return a.weight > b.weight;
    if (a.shuffled !== b.shuffled) return a.shuffled < b.shuffled;
    return this.#table.view(a.row).host.id < this.#table.view(b.row).host.id;
  }
}
