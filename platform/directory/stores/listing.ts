import { type RawBuilder, type Selectable, sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { selectRows } from '../../database/raw-select.ts';
import type { RecordTable } from '../../database/record-table.ts';
import type { DirectoryTables } from '../tables.ts';

type Scalar = string | number | boolean;

/**
 * A page of a table's records: every filter holds, in this order, after the marker. Names of members come from code, never from a caller.
 * The store knows their columns.
 */
export interface Listing<Member extends string = string> {
  readonly filters: readonly Filter<Member>[];
  /** The last member must be unique, so that every record has its place. */
  readonly sort: readonly SortKey<Member>[];
  /** The record that the page begins after. */
  readonly after: Readonly<Record<string, unknown>> | null;
  /** null: all. */
  readonly limit: number | null;
  /** The database ends a longer search. Absent: it ends by itself. */
  readonly limitMs?: number;
}

/**
 * How a member is compared: it is one of the values, it is a list of texts that has one of them, or that lacks one of them, or its text
 * begins with one (a moment with fractions of a second that is asked for by the second).
 */
type Comparison = 'equals' | 'contains' | 'lacks' | 'begins';

export interface Filter<Member extends string = string> {
  readonly member: Member;
  readonly anyOf: readonly (Scalar | null)[];
  /** `equals` when absent. */
  readonly by?: Comparison;
}

export interface SortKey<Member extends string = string> {
  readonly member: Member;
  readonly descending: boolean;
  /** Where records without a value stand, for members that may be null. */
  readonly nullAs?: string | number;
}

export const EVERYTHING: Listing<'id'> = {
  filters: [],
  sort: [{ member: 'id', descending: false }],
  after: null,
  limit: null,
};

/** A filter or a sort key, of the column that stores the member. */
interface StoredFilter {
  readonly column: string;
  readonly values: readonly unknown[];
  readonly by: Comparison;
}
interface StoredSort {
  readonly column: string;
  readonly descending: boolean;
  readonly nullAs: string | number | undefined;
  /** Of the marker; null: it has none, or there is no marker. */
  readonly after: unknown;
}

/** Records of one table; `conditions` are what the caller may see, besides the filters. */
export async function listRecords<R, Table>(
  read: Reader<DirectoryTables>,
  table: RecordTable<R, Table>,
  { filters, sort, after, limit, limitMs }: Listing<keyof R & string>,
  conditions: readonly RawBuilder<unknown>[] = [],
): Promise<readonly R[]> {
  const where = [...filters.map((filter) => condition(storedFilter(table, filter))), ...conditions];
  const keys = onceEach(sort).map((key) => storedSort(table, key, after?.[key.member]));
  if (after !== null) where.push(afterMarker(keys));
  const order = keys.map((key) => sql`${sortValue(key)} ${sql.raw(key.descending ? 'DESC' : 'ASC')}`);
  const rows = await selectRows(
    read,
    sql<Selectable<Table>>`
    SELECT * FROM ${sql.table(table.name)}
    ${where.length === 0 ? sql`` : sql`WHERE ${sql.join(where, sql` AND `)}`}
    ORDER BY ${sql.join(order)}
    ${limit === null ? sql`` : sql`LIMIT ${sql.raw(String(Math.trunc(limit)))}`}
  `,
    limitMs,
  );
  return rows.map(table.fromRow);
}

/** A member decides nothing where it is named again; the condition of a marker would grow with the square of their number. */
const onceEach = <K extends SortKey>(sort: readonly K[]): readonly K[] =>
  sort.filter(({ member }, at) => sort.findIndex((key) => key.member === member) === at);

type AnyTable = Pick<RecordTable<unknown, unknown>, 'columnOf' | 'storedValue'>;

const storedFilter = (table: AnyTable, { member, anyOf, by = 'equals' }: Filter): StoredFilter => ({
  column: table.columnOf(member),
  // What a list contains is no list.
  values: by === 'contains' || by === 'lacks' ? anyOf : anyOf.map((value) => table.storedValue(member, value)),
  by,
});

const storedSort = (table: AnyTable, { member, descending, nullAs }: SortKey, after: unknown): StoredSort => ({
  column: table.columnOf(member),
  descending,
  nullAs,
  after: table.storedValue(member, after) ?? nullAs ?? null,
});

function condition({ column, values: anyOf, by }: StoredFilter): RawBuilder<unknown> {
  const values = anyOf.filter((value) => value !== null);
  const parts = values.length > 0 ? [comparison(column, values, by)] : [];
  if (values.length < anyOf.length) parts.push(sql`${sql.ref(column)} IS NULL`);
  return parts.length === 0 ? sql`FALSE` : sql`(${sql.join(parts, sql` OR `)})`;
}

function comparison(column: string, values: readonly unknown[], by: Comparison): RawBuilder<unknown> {
  switch (by) {
    case 'equals':
      return sql`${sql.ref(column)} IN (${sql.join(values)})`;
    case 'contains':
      return anyOfThem(values.map((value) => sql`JSON_CONTAINS(${sql.ref(column)}, ${JSON.stringify(value)})`));
    case 'lacks':
      return anyOfThem(values.map((value) => sql`NOT JSON_CONTAINS(${sql.ref(column)}, ${JSON.stringify(value)})`));
    case 'begins':
      return anyOfThem(values.map((value) => sql`LEFT(${sql.ref(column)}, ${String(value).length}) = ${value}`));
  }
}

const anyOfThem = (parts: readonly RawBuilder<unknown>[]): RawBuilder<unknown> => sql`(${sql.join(parts, sql` OR `)})`;

const sortValue = ({ column, nullAs }: StoredSort): RawBuilder<unknown> =>
  nullAs === undefined ? sql`${sql.ref(column)}` : sql`COALESCE(${sql.ref(column)}, ${nullAs})`;

/** (a, b) after (x, y): a > x, or a = x and b > y. */
function afterMarker(keys: readonly StoredSort[]): RawBuilder<unknown> {
  const branches = keys.map((key, index) => {
    const equal = keys.slice(0, index).map((before) => sql`${sortValue(before)} = ${before.after}`);
    const beyond = sql`${sortValue(key)} ${sql.raw(key.descending ? '<' : '>')} ${key.after}`;
    return sql`(${sql.join([...equal, beyond], sql` AND `)})`;
  });
  return sql`(${sql.join(branches, sql` OR `)})`;
}

/** What a project sees of records that belong to projects: its own; an admin sees all. */
export const ofProject = ({
  isAdmin,
  projectId,
}: {
  readonly isAdmin: boolean;
  readonly projectId: string;
}): readonly RawBuilder<unknown>[] => (isAdmin ? [] : [sql`project_id = ${projectId}`]);
