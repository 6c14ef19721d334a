import type { Listing } from '#platform/directory/stores/listing.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { boundedPage } from './bounded-page.ts';
import { type Attributes, pageQuery } from './listing.ts';
import type { Query } from './query.ts';

/** Where the rows of a list come from. `Member`: by which members the API filters and sorts them. */
export interface Listed<Row extends { readonly id: string }, Member extends string = string> {
  readonly list: (listing: Listing<Member | 'id'>) => Promise<readonly Row[]>;
  /** The row that a marker names. @throws VolvoxError not-found */
  readonly get: (id: string) => Promise<Row>;
}

/** A page of a list, in the order in which it is shown. */
interface Page<Row> {
  readonly rows: readonly Row[];
  /** Whether the caller asked for pages, or the list is so large that it comes in pages anyway. */
  readonly paged: boolean;
  /** The marker of the next page; null: this is the last one. */
  readonly next: string | null;
  /** The marker of the page before, which is read backwards; null: this is the first one. */
  readonly previous: string | null;
}

/** Reads the page that the request names, or the part of it that is not too large, until `signal` aborts. @throws VolvoxError invalid when the marker does not exist. */
export async function readPage<Row extends { readonly id: string }, Member extends string>(
  query: Query,
  attributes: Attributes<Member>,
  { list, get }: Listed<Row, Member>,
  signal?: AbortSignal,
): Promise<Page<Row>> {
  const { filters, sort, limit, markerId, backwards } = pageQuery(query, attributes);
  const after = markerId === null ? null : { ...(await markerRow(get, markerId)) };
  const { rows: found, cut } = await boundedPage(list, { filters, sort, after, limit }, signal);
  const rows = backwards ? [...found].reverse() : found;
  const full = cut || rows.length === limit;
  const first = rows[0];
  const last = rows.at(-1);
  return {
    rows,
    paged: limit !== null || cut,
    next: last !== undefined && (full || backwards) ? last.id : null,
    previous: first !== undefined && markerId !== null && (full || !backwards) ? first.id : null,
  };
}

const markerRow = <Row>(get: (id: string) => Promise<Row>, id: string): Promise<Row> =>
  get(id).catch((error) => {
    throw isVolvoxError(error, 'not-found')
      ? new VolvoxError('invalid', `The marker ${id} does not exist. Give the id of the last item of the page before.`)
      : error;
  });
