/** After so many answers in a row that are no acceptance a cell is reluctant, and for how long after the last one, ms. */
const REFUSALS = 8;
const RELUCTANT_MS = 10_000;

interface Refused {
  readonly times: number;
  readonly at: number;
}

/**
 * Which cells have taken none of the last builds that they were asked to take: they are full, slow, or in the wrong hands, and tell of more
 * capacity than they have. Builds ask all other cells first, so that such a cell delays the builds of a region no longer than it must.
 */
export class ReluctantCells {
  readonly #refused = new Map<string, Refused>();

  refused(cellId: string, now: number): void {
    this.#refused.set(cellId, { times: (this.#refused.get(cellId)?.times ?? 0) + 1, at: now });
  }

  accepted(cellId: string): void {
    this.#refused.delete(cellId);
  }

  /** The ids of the cells that are reluctant now. */
  now(now: number): readonly string[] {
    return [...this.#refused].flatMap(([id, { times, at }]) =>
      times >= REFUSALS && Math.abs(now - at) < RELUCTANT_MS ? [id] : [],
    );
  }
}
