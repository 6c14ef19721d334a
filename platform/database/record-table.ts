import type { Selectable } from 'kysely';
import { fromJson, isoTime, isoTimeOrNull, sqlTime, toJson } from './json-column.ts';

/**
 * A table, and the records that its store gives to callers in place of rows: members in camel case, booleans, ISO 8601 moments and
 * parsed JSON. One list of members says how rows are read and written, and by which columns a list is filtered and sorted.
 * What a statement reads from several tables has its form from `row-shape.ts`, or from the names that the statement gives.
 */
export interface RecordTable<R, Table> {
  /** Of the table. */
  readonly name: string;
  readonly fromRow: (row: Selectable<Table>) => R;
  readonly toRow: (record: R) => Selectable<Table>;
  /** The columns of these members. A member that is undefined stays undefined. */
  readonly toColumns: (changes: Partial<R>) => Partial<Selectable<Table>>;
  /** @throws Error for what is no member: names of members come from code. */
  readonly columnOf: (member: string) => string;
  /** A value of the member as its column stores it; null stays null. */
  readonly storedValue: (member: string, value: unknown) => unknown;
}

/** A column whose stored values differ from the values of the member. */
interface Converted<Column extends string, Stored, Value> {
  readonly column: Column;
  readonly read: (stored: Stored) => Value;
  readonly write: (value: Value) => Stored;
}
type ColumnName<Table> = keyof Selectable<Table> & string;
/** The column that has the same values as the member, or one whose values are converted. */
type Field<Table, Value> = {
  [C in ColumnName<Table>]:
    | ([Selectable<Table>[C], Value] extends [Value, Selectable<Table>[C]] ? C : never)
    | Converted<C, Selectable<Table>[C], Value>;
}[ColumnName<Table>];
type Fields<R, Table> = { readonly [M in keyof R & string]: Field<Table, R[M]> };
type ColumnOf<F> = F extends { readonly column: infer C } ? C : F;
/** `unknown` when every column of the table has a member; else what no fields are, to name those that have none. */
type Complete<F, Table> = [Exclude<ColumnName<Table>, ColumnOf<F[keyof F]>>] extends [never]
  ? unknown
  : { readonly 'columns without a member': Exclude<ColumnName<Table>, ColumnOf<F[keyof F]>> };

/** 0 and 1. */
export const flag = <C extends string>(column: C): Converted<C, number, boolean> => ({
  column,
  read: (stored) => stored === 1,
  write: (value) => (value ? 1 : 0),
});
/** DATETIME(6) in UTC. */
export const moment = <C extends string>(column: C): Converted<C, string, string> => ({
  column,
  read: isoTime,
  write: sqlTime,
});
export const momentOrNull = <C extends string>(column: C): Converted<C, string | null, string | null> => ({
  column,
  read: isoTimeOrNull,
  write: (value) => (value === null ? null : sqlTime(value)),
});
/** JSON text. */
export const json = <C extends string, V>(column: C): Converted<C, string, V> => ({
  column,
  read: (stored) => fromJson<V>(stored),
  write: toJson,
});

interface Member {
  readonly name: string;
  readonly column: string;
  readonly read: ((stored: unknown) => unknown) | null;
  readonly write: ((value: unknown) => unknown) | null;
}

/** `recordTable<UserRecord, UsersTable>('users')({ member: 'column', … })`; the compiler refuses when a column is left out. */
export const recordTable =
  <R extends object, Table>(name: string) =>
  <const F extends Fields<R, Table>>(fields: F & Complete<F, Table>): RecordTable<R, Table> =>
    tableOf(name, fields);

function tableOf<R extends object, Table>(
  name: string,
  fields: Readonly<Record<string, unknown>>,
): RecordTable<R, Table> {
  const members = Object.entries<unknown>(fields).map(([member, field]) => memberOf(member, field));
  const byName = new Map(members.map((member) => [member.name, member]));
  const find = (member: string): Member => {
    const found = byName.get(member);
    if (found === undefined) throw new Error(`records of ${name} have no member ${member}`);
    return found;
  };
  const storedValue = (member: string, value: unknown): unknown => {
    const { write } = find(member);
    return write === null || value === null || value === undefined ? value : write(value);
  };
  const toColumns = (changes: object): object =>
    Object.fromEntries(
      Object.entries(changes).map(([member, value]) => [find(member).column, storedValue(member, value)]),
    );

  return {
    name,
    fromRow: (row) => {
      const record: Record<string, unknown> = {};
      const stored = row as Readonly<Record<string, unknown>>;
      for (const { name: member, column, read } of members)
        record[member] = read === null ? stored[column] : read(stored[column]);
      return record as R;
    },
    toRow: (record) => toColumns(record) as Selectable<Table>,
    toColumns: (changes) => toColumns(changes) as Partial<Selectable<Table>>,
    columnOf: (member) => find(member).column,
    storedValue,
  };
}

function memberOf(name: string, field: unknown): Member {
  if (typeof field === 'string') return { name, column: field, read: null, write: null };
  return { ...(field as Omit<Member, 'name'>), name };
}
