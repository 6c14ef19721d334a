/** As many transits as there are link-local addresses for (`drivers/linux/transits.ts`). */
const MAX_SLOT = 5_000;

/**
 * The small number that a network has on a host: it chooses the addresses of its transits. Kept as long as the agent remembers
 * a binding of the network; a network that comes back may get another one, and the host is then changed to it.
 */
export class Slots {
  readonly #slots = new Map<string, number>();
  readonly #highest: number;

  constructor(highest = MAX_SLOT) {
    this.#highest = highest;
  }

  of(networkId: string): number {
    const known = this.#slots.get(networkId);
    if (known !== undefined) return known;
    const taken = new Set(this.#slots.values());
    for (let slot = 1; slot <= this.#highest; slot++) {
      if (taken.has(slot)) continue;
      this.#slots.set(networkId, slot);
      return slot;
    }
    throw new Error(`more than ${this.#highest} networks on one host`);
  }

  /** What the host already uses is taken over, so that a restart changes nothing. */
  take(networkId: string, slot: number): void {
    if (![...this.#slots.values()].includes(slot)) this.#slots.set(networkId, slot);
  }

  keepOnly(isUsed: (networkId: string) => boolean): void {
    for (const networkId of this.#slots.keys()) if (!isUsed(networkId)) this.#slots.delete(networkId);
  }
}
