import { type Insertable, type Kysely, type RawBuilder, type Selectable, sql, type Updateable } from 'kysely';
import type { Writer } from './database.ts';

/**
 * Statements that several stores write alike, for any table by its name: the query builder has no type for
 * "one of these tables". Tables and columns come from code, never from a caller.
 */

/** Which rows: each column has this value. */
type Where<Table> = Partial<Selectable<Table>>;

/** Changes the rows; members that are undefined stay as they are. @returns how many rows there were. */
export async function updateRows<DB, T extends keyof DB & string>(
  db: Writer<DB>,
  table: T,
  where: Where<DB[T]>,
  changes: Updateable<DB[T]>,
): Promise<number> {
  return run(db, sql`UPDATE ${sql.table(table)} SET ${assignments(changes)} WHERE ${all(where)}`);
}

/** @returns how many rows there were. */
export async function deleteRows<DB, T extends keyof DB & string>(
  db: Writer<DB>,
  table: T,
  where: Where<DB[T]>,
): Promise<number> {
  return run(db, sql`DELETE FROM ${sql.table(table)} WHERE ${all(where)}`);
}

/** Inserts rows; where the key is there already, writes `replaced`, a column, anew. No rows: nothing to do. */
export async function upsertRows<DB, T extends keyof DB & string>(
  db: Writer<DB>,
  table: T,
  rows: readonly Insertable<DB[T]>[],
  replaced: keyof Insertable<DB[T]> & string,
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first) as (keyof Insertable<DB[T]>)[];
  const values = rows.map((row) => sql`(${sql.join(columns.map((column) => row[column]))})`);
  const names = sql.join(columns.map((column) => sql.ref(String(column))));
  await run(
    db,
    sql`INSERT INTO ${sql.table(table)} (${names}) VALUES ${sql.join(values)}
        ON DUPLICATE KEY UPDATE ${sql.ref(replaced)} = VALUES(${sql.ref(replaced)})`,
  );
}

const equalities = (columns: readonly [string, unknown][]): RawBuilder<unknown>[] =>
  columns.map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
const assignments = (changes: object): RawBuilder<unknown> =>
  sql.join(equalities(Object.entries(changes).filter(([, value]) => value !== undefined)));
const all = (where: object): RawBuilder<unknown> => sql.join(equalities(Object.entries(where)), sql` AND `);

/** Every writer is a connection pool or a transaction. */
async function run<DB>(db: Writer<DB>, statement: RawBuilder<unknown>): Promise<number> {
  const { numAffectedRows = 0n } = await statement.execute(db as Kysely<DB>);
  return Number(numAffectedRows);
}
