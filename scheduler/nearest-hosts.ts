/** What the ranking reads of the table. */
interface RankedRows {
  view(row: number): { readonly host: { readonly id: string } };
}

interface MissingHost {
  readonly row: number;
  readonly misses: number;
  readonly share: number;
}

/** The hosts that miss least, of those offered: by how much they miss, then by the share that is missing, then by id. */
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

  /** A host that misses more is not among the nearest. */
  get mostMisses(): number {
    return this.#hosts.length < this.#size ? Number.POSITIVE_INFINITY : (this.#hosts.at(-1)?.misses ?? 0);
  }

  /** @param misses how many filters refuse it. @param share of the requested amounts that is missing. */
  offer(row: number, misses: number, share: number): void {
    const hosts = this.#hosts;
    if (hosts.length === this.#size) {
      const last = hosts[hosts.length - 1] as MissingHost;
      if (misses > last.misses || (misses === last.misses && share > last.share)) return;
    }
    const host = { row, misses, share };
    let at = hosts.length;
    while (at > 0 && this.#isNearer(host, hosts[at - 1] as MissingHost)) at -= 1;
    hosts.splice(at, 0, host);
    if (hosts.length > this.#size) hosts.pop();
  }

  #isNearer(a: MissingHost, b: MissingHost): boolean {
    if (a.misses !== b.misses) return a.misses < b.misses;
    if (a.share !== b.share) return a.share < b.share;
    return this.#table.view(a.row).host.id < this.#table.view(b.row).host.id;
  }
}
