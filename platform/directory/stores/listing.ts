import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { selectRows } from '../../database/raw-select.ts';
import type { RecordTable } from '../../database/record-table.ts';
import type { DirectoryTables } from '../tables.ts';

type Scalar = string | number;
/** Booleans are for records: a table stores 0 and 1. */
type Value = Scalar | boolean;

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

/**
 * How a column is compared: it is one of the values, it is a JSON array of texts that has one of them, or its text begins with one
 * (a moment with fractions of a second that is asked for by the second).
 */
export type Comparison = 'equals' | 'contains' | 'begins';

export interface Filter {
  readonly column: string;
  readonly anyOf: readonly (Value | null)[];
  /** `equals` when absent. */
  readonly by?: Comparison;
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

/** `listRows` under the names of a table's records: the columns of a listing are members, and its values are theirs. */
export async function listRecords<R, Table>(
  read: Reader<DirectoryTables>,
  table: RecordTable<R, Table>,
  { filters, sort, after, limit }: Listing,
  conditions: readonly RawBuilder<unknown>[] = [],
): Promise<readonly R[]> {
  const rows = await listRows<Selectable<Table>>(
    read,
    table.name as keyof DirectoryTables,
    {
      filters: filters.map(({ column, anyOf, by = 'equals' }) => ({
        column: table.columnOf(column),
        anyOf: by === 'contains' ? anyOf : anyOf.map((value) => table.storedValue(column, value) as Value | null),
        by,
      })),
      sort: sort.map((key) => ({ ...key, column: table.columnOf(key.column) })),
      after: after === null ? null : table.toColumns(after as Partial<R>),
      limit,
    },
    conditions,
  );
  return rows.map(table.fromRow);
}

/** Rows of one table; `conditions` are what the caller may see, besides the filters. */
export function listRows<Row>(
  read: Reader<DirectoryTables>,
  table: keyof DirectoryTables,
  listing: Listing,
  conditions: readonly RawBuilder<unknown>[] = [],
): Promise<readonly Row[]> {
  const where = [...listing.filters.map(condition), ...conditions];
  if (listing.after !== null) where.push(afterMarker(listing.sort, listing.after));
  const order = listing.sort.map((key) => sql`${sortValue(key)} ${sql.raw(key.descending ? 'DESC' : 'ASC')}`);
  return selectRows(
    read,
    sql<Row>`
    SELECT * FROM ${sql.table(table)}
    ${where.length === 0 ? sql`` : sql`WHERE ${sql.join(where, sql` AND `)}`}
    ORDER BY ${sql.join(order)}
    ${listing.limit === null ? sql`` : sql`LIMIT ${sql.raw(String(Math.trunc(listing.limit)))}`}
  `,
  );
}

function condition({ column, anyOf, by = 'equals' }: Filter): RawBuilder<unknown> {
  const values = anyOf.filter((value) => value !== null);
  const parts = values.length > 0 ? [comparison(column, values, by)] : [];
  if (values.length < anyOf.length) parts.push(sql`${sql.ref(column)} IS NULL`);
  return parts.length === 0 ? sql`FALSE` : sql`(${sql.join(parts, sql` OR `)})`;
}

function comparison(column: string, values: readonly Value[], by: Comparison): RawBuilder<unknown> {
  switch (by) {
    case 'equals':
      return sql`${sql.ref(column)} IN (${sql.join(values)})`;
    case 'contains':
      return anyOfThem(values.map((value) => sql`JSON_CONTAINS(${sql.ref(column)}, ${JSON.stringify(value)})`));
    case 'begins':
      return anyOfThem(values.map((value) => sql`LEFT(${sql.ref(column)}, ${String(value).length}) = ${value}`));
  }
}

const anyOfThem = (parts: readonly RawBuilder<unknown>[]): RawBuilder<unknown> => sql`(${sql.join(parts, sql` OR `)})`;

const sortValue = ({ column, nullAs }: SortColumn): RawBuilder<unknown> =>
  nullAs === undefined ? sql`${sql.ref(column)}` : sql`COALESCE(${sql.ref(column)}, ${nullAs})`;

/** (a, b) after (x, y): a > x, or a = x and b > y. */
function afterMarker(sort: readonly SortColumn[], marker: Readonly<Record<string, unknown>>): RawBuilder<unknown> {
  const placeOf = (key: SortColumn) => marker[key.column] ?? key.nullAs ?? null;
  const branches = sort.map((key, index) => {
    const equal = sort.slice(0, index).map((before) => sql`${sortValue(before)} = ${placeOf(before)}`);
    const beyond = sql`${sortValue(key)} ${sql.raw(key.descending ? '<' : '>')} ${placeOf(key)}`;
    return sql`(${sql.join([...equal, beyond], sql` AND `)})`;
  });
  return sql`(${sql.join(branches, sql` OR `)})`;
}
