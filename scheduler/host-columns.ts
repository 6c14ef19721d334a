/** The resources in the sort order of the columns. */
export const RESOURCE_KEYS = ['vcpus', 'ramMb', 'diskGb'] as const;

const FIRST_ROWS = 64;

/** What decisions read of each host, by row: the table's typed arrays. They are replaced as the table grows. */
export class HostColumns {
  /** Of each resource: the capacity less what is used. Negative where more is used. */
  free = RESOURCE_KEYS.map(() => new Float64Array(FIRST_ROWS));
  /** Of each resource: the most that a single guest may have (`largestGuest`). */
  guest = RESOURCE_KEYS.map(() => new Float64Array(FIRST_ROWS));
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
    const longer = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(length);
      grown.set(column);
      return grown;
    };
    this.free = this.free.map(longer);
    this.guest = this.guest.map(longer);
    this.marks = longer(this.marks);
    const [salts, slots] = [new Uint32Array(length), new Int32Array(length)];
    salts.set(this.salts);
    slots.set(this.slots);
    this.salts = salts;
    this.slots = slots;
  }
}
