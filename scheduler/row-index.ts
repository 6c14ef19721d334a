const NONE: readonly number[] = [];

/** Rows by a text. Most texts have one row. */
export class RowIndex {
  readonly #rows = new Map<string, number | Set<number>>();

  get(text: string): Iterable<number> {
    const rows = this.#rows.get(text);
    return rows === undefined ? NONE : typeof rows === 'number' ? [rows] : rows;
  }

  /** Adding a row again changes nothing. */
  add(text: string, row: number): void {
    const rows = this.#rows.get(text);
    if (rows === undefined) this.#rows.set(text, row);
    else if (typeof rows !== 'number') rows.add(row);
    else if (rows !== row) this.#rows.set(text, new Set([rows, row]));
  }

  remove(text: string, row: number): void {
    const rows = this.#rows.get(text);
    if (rows === row) this.#rows.delete(text);
    if (typeof rows !== 'object') return;
    rows.delete(row);
    if (rows.size === 0) this.#rows.delete(text);
  }
}
