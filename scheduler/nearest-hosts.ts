/** What the ranking reads of the table. */
interface RankedRows {
  readonly columns: { readonly salts: Uint32Array };
  view(row: number): { readonly host: { readonly id: string } };
}

interface MissingHost {
  readonly row: number;
  readonly misses: number;
  readonly share: number;
}

/** The hosts that miss least, of those offered: by how much they miss, then by the share that is missing, then by salt and id. */
export class NearestHosts {
  readonly #table: RankedRows;
  readonly #size: number;
  readonly #hosts: MissingHost[] = [];

  constructor(table: RankedRows, size: number) {
    this.#table = table;
    this.#size = size;
  }

  get rows(): readonly number[] {
    return this.#hosts.map(({ row }) => row);
  }

  /** False: no host that misses so much, or more, is among the nearest. */
  mayTake(misses: number, share: number): boolean {
    const last = this.#last();
    if (last === null) return true;
    return misses < last.misses || (misses === last.misses && share <= last.share);
  }

  /** @param misses how many filters refuse it. @param share of the requested amounts that is missing. */
  offer(row: number, misses: number, share: number): void {
    const last = this.#last();
    if (last !== null && !this.#isNearer(row, misses, share, last)) return;
    const hosts = this.#hosts;
    if (last !== null) hosts.pop();
    let at = hosts.length;
    while (at > 0 && this.#isNearer(row, misses, share, hosts[at - 1] as MissingHost)) at -= 1;
    hosts.splice(at, 0, { row, misses, share });
  }

  /** Null: any host is among the nearest yet. */
  #last(): MissingHost | null {
    return this.#hosts.length < this.#size ? null : (this.#hosts[this.#size - 1] as MissingHost);
  }

  #isNearer(row: number, misses: number, share: number, other: MissingHost): boolean {
    if (misses !== other.misses) return misses < other.misses;
    if (share !== other.share) return share < other.share;
    const { salts } = this.#table.columns;
    const [salt, otherSalt] = [salts[row] as number, salts[other.row] as number];
    if (salt !== otherSalt) return salt < otherSalt;
    return this.#table.view(row).host.id < this.#table.view(other.row).host.id;
  }
}
