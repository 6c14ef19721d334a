/** The resources in the sort order of the amounts of a row. */
export const RESOURCE_KEYS = ['vcpus', 'ramMb', 'diskGb'] as const;

/** What else hosts of a kind differ in, by number (`HostLoad`). */
export const LOAD_KEYS = ['guests', 'ioOps', 'reliability'] as const;

/**
 * The amounts of a row: what is free of each resource (the capacity less what is used; negative where more is used), then the most of each that a single
 * guest may have (`largestGuest`), then its load, then the sum of its weighed metrics.
 */
export const AMOUNTS = 2 * RESOURCE_KEYS.length + LOAD_KEYS.length + 1;
export const GUEST = RESOURCE_KEYS.length;
export const LOAD = 2 * RESOURCE_KEYS.length;
export const METRIC = LOAD + LOAD_KEYS.length;

const FIRST_ROWS = 64;

/** What decisions read of each host, by row: the table's typed arrays. They are replaced as the table grows. */
export class HostColumns {
  /** `AMOUNTS` of each row, next to each other, because decisions read them together. */
  amounts = new Float64Array(FIRST_ROWS * AMOUNTS);
  salts = new Uint32Array(FIRST_ROWS);
  /** Where the row stands in its bucket. */
  slots = new Int32Array(FIRST_ROWS);
  /** The number of the last decision that asked about this host by itself. */
  marks = new Float64Array(FIRST_ROWS);

  /** Makes `rows` rows possible. Those that were written keep their values. */
  reserve(rows: number): void {
    const known = this.salts.length;
    if (rows <= known) return;
    const length = Math.max(rows, known * 2);
    const [amounts, marks] = [new Float64Array(length * AMOUNTS), new Float64Array(length)];
    const [salts, slots] = [new Uint32Array(length), new Int32Array(length)];
    amounts.set(this.amounts);
    marks.set(this.marks);
    salts.set(this.salts);
    slots.set(this.slots);
    this.amounts = amounts;
    this.marks = marks;
    this.salts = salts;
    this.slots = slots;
  }
}
