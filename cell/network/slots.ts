/** As many transits as there are link-local addresses for (`drivers/linux/transits.ts`). */
const MAX_SLOT = 5_000;

/**
 * The small number that a network or a router has on a host, by its name there: it chooses the addresses of its transits. Kept as long as it
 * stands or should stand; one that comes back may get another number, and the host is then changed to it.
 */
export class Slots {
  readonly #slots = new Map<string, number>();
  readonly #highest: number;

  constructor(highest = MAX_SLOT) {
    this.#highest = highest;
  }

  of(name: string): number {
    const known = this.#slots.get(name);
    if (known !== undefined) return known;
    const taken = new Set(this.#slots.values());
    for (let slot = 1; slot <= this.#highest; slot++) {
      if (taken.has(slot)) continue;
      this.#slots.set(name, slot);
      return slot;
    }
    throw new Error(`more than ${this.#highest} of a kind on one host`);
  }

  /** What the host already uses is taken over, so that a restart changes nothing. */
  take(name: string, slot: number): void {
    if (![...this.#slots.values()].includes(slot)) this.#slots.set(name, slot);
  }

  keepOnly(isUsed: (name: string) => boolean): void {
    for (const name of this.#slots.keys()) if (!isUsed(name)) this.#slots.delete(name);
  }
}
