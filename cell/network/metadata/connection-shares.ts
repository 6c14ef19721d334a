/** How many connections are open at once. */
interface ConnectionBounds {
  readonly ofNetwork: number;
  readonly ofGuest: number;
}

/**
 * Counts the open connections of each network and of each of its guests, so that no network can take those of the others, and no
 * guest those of its neighbours.
 */
export class ConnectionShares {
  readonly #open = new Map<string, number>();
  readonly #bounds: ConnectionBounds;

  constructor(bounds: ConnectionBounds) {
    this.#bounds = bounds;
  }

  /** Takes a connection. @returns what gives it back, to be called once; null: the network or the guest has all that it can get. */
  take(network: string, guest: string): (() => void) | null {
    const shares = [
      [network, this.#bounds.ofNetwork],
      [`${network} ${guest}`, this.#bounds.ofGuest],
    ] as const;
    if (shares.some(([key, bound]) => this.#count(key) >= bound)) return null;
    for (const [key] of shares) this.#open.set(key, this.#count(key) + 1);
    return () => {
      for (const [key] of shares) {
        const left = this.#count(key) - 1;
        if (left > 0) this.#open.set(key, left);
        else this.#open.delete(key);
      }
    };
  }

  #count(key: string): number {
    return this.#open.get(key) ?? 0;
  }
}
