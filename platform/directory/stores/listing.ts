import { type RawBuilder, sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import type { DirectoryTables } from '../tables.ts';

type Scalar = string | number;

/** A page of a table: every filter holds, in this order, after the marker. Names of columns come from code, never from a caller. */
export interface Listing {
  readonly filters: readonly Filter[];
  /** The last column must be unique, so that every row has its place. */
  readonly sort: readonly SortColumn[];
  /** The row that the page begins after. */
  readonly after: Readonly<Record<string, unknown>> | null;
  /** null: all. */
  readonly limit: number | null;
}

/** The column has one of these values or, with `contains`, is a JSON array of texts that has one of them. */
export interface Filter {
  readonly column: string;
  readonly anyOf: readonly (Scalar | null)[];
  readonly contains?: boolean;
}

export interface SortColumn {
  readonly column: string;
  readonly descending: boolean;
  /** Where rows without a value stand, for columns that may be NULL. */
  readonly nullAs?: Scalar;
}

export const EVERYTHING: Listing = {
  filters: [],
  sort: [{ column: 'id', descending: false }],
  after: null,
  limit: null,
};

/** Rows of one table; `conditions` are what the caller may see, besides the filters. */
export async function listRows<Row>(
  read: Pick<Reader<DirectoryTables>, 'getExecutor'>,
  table: keyof DirectoryTables,
  listing: Listing,
  conditions: readonly RawBuilder<unknown>[] = [],
): Promise<readonly Row[]> {
  const where = [...listing.filters.map(condition), ...conditions];
  if (listing.after !== null) where.push(afterMarker(listing.sort, listing.after));
  const order = listing.sort.map((key) => sql`${ordered(key)} ${sql.raw(key.descending ? 'DESC' : 'ASC')}`);
  const { rows } = await sql<Row>`
    SELECT * FROM ${sql.table(table)}
    ${where.length === 0 ? sql`` : sql`WHERE ${sql.join(where, sql` AND `)}`}
    ORDER BY ${sql.join(order)}
    ${listing.limit === null ? sql`` : sql`LIMIT ${sql.raw(String(Math.trunc(listing.limit)))}`}
  `.execute(read);
  return rows;
}

function condition({ column, anyOf, contains = false }: Filter): RawBuilder<unknown> {
  const values = anyOf.filter((value) => value !== null);
  if (contains && values.length > 0) {
    const each = values.map((value) => sql`JSON_CONTAINS(${sql.ref(column)}, ${JSON.stringify(value)})`);
    return sql`(${sql.join(each, sql` OR `)})`;
  }
  const parts = values.length > 0 ? [sql`${sql.ref(column)} IN (${sql.join(values)})`] : [];
  if (values.length < anyOf.length) parts.push(sql`${sql.ref(column)} IS NULL`);
  return parts.length === 0 ? sql`FALSE` : sql`(${sql.join(parts, sql` OR `)})`;
}

const ordered = ({ column, nullAs }: SortColumn): RawBuilder<unknown> =>
  nullAs === undefined ? sql`${sql.ref(column)}` : sql`COALESCE(${sql.ref(column)}, ${nullAs})`;

/** (a, b) after (x, y): a > x, or a = x and b > y. */
function afterMarker(sort: readonly SortColumn[], marker: Readonly<Record<string, unknown>>): RawBuilder<unknown> {
  const placeOf = (key: SortColumn) => marker[key.column] ?? key.nullAs ?? null;
  const branches = sort.map((key, index) => {
    const equal = sort.slice(0, index).map((before) => sql`${ordered(before)} = ${placeOf(before)}`);
    const beyond = sql`${ordered(key)} ${sql.raw(key.descending ? '<' : '>')} ${placeOf(key)}`;
    return sql`(${sql.join([...equal, beyond], sql` AND `)})`;
  });
  return sql`(${sql.join(branches, sql` OR `)})`;
}
