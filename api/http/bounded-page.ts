import type { Listing } from '#platform/directory/stores/listing.ts';

/** A page of a list holds about as much at most, in bytes of JSON. An item that alone has more still comes, alone. */
export const MAX_PAGE_BYTES = 1024 * 1024;

/** So few at first that even the largest items are not much; then as many as probably fit. */
const FIRST_BATCH = 16;
const MAX_BATCH = 1_000;

export interface BoundedPage<Row> {
  readonly rows: readonly Row[];
  /** Whether it ended for its size: there are more rows. */
  readonly cut: boolean;
}

/** A part of a page. `after`: the row before it; null: at the beginning. It is the last part when it has fewer rows than `limit`. */
type NextRows<Row> = (after: Row | null, limit: number, read: number) => Promise<readonly Row[]>;

/**
 * Reads a page in batches. It ends at the limit of the listing, or when it has the maximum size of a page. When the client disconnects, no
 * further batch begins.
 * @throws the reason of `signal`.
 */
export function boundedPage<Row extends object, Member extends string>(
  list: (listing: Listing<Member>) => Promise<readonly Row[]>,
  listing: Listing<Member>,
  signal?: AbortSignal,
): Promise<BoundedPage<Row>> {
  const next = (last: Row | null, limit: number) => {
    const after: Listing['after'] = last === null ? listing.after : Object.fromEntries(Object.entries(last));
    return list({ ...listing, after, limit });
  };
  return boundedRows(next, listing.limit ?? Number.POSITIVE_INFINITY, signal);
}

/** The same for any list. @param most rows of the page. */
export async function boundedRows<Row>(
  next: NextRows<Row>,
  most: number,
  signal?: AbortSignal,
): Promise<BoundedPage<Row>> {
  const rows: Row[] = [];
  let bytes = 0;
  for (let batch = FIRST_BATCH; rows.length < most; batch = nextBatch(bytes, rows.length)) {
    signal?.throwIfAborted();
    const limit = Math.min(batch, most - rows.length);
    const found = await next(rows.at(-1) ?? null, limit, rows.length);
    for (const row of found) {
      const size = Buffer.byteLength(JSON.stringify(row));
      if (rows.length > 0 && bytes + size > MAX_PAGE_BYTES) return { rows, cut: true };
      rows.push(row);
      bytes += size;
    }
    if (found.length < limit) break;
  }
  return { rows, cut: false };
}

/** As many as fit, if the next ones are like those before; one more, which shows whether there are any. */
const nextBatch = (bytes: number, rows: number): number =>
  Math.min(MAX_BATCH, Math.ceil(Math.max(0, MAX_PAGE_BYTES - bytes) / (bytes / rows)) + 1);
