import { type Kysely, sql } from 'kysely';
import { selectRows } from '../../../database/raw-select.ts';
import type { DefinitionKey } from '../../../objects/definitions.ts';
import type { DirectoryReader, DirectoryTx } from '../../directory.ts';
import type { DirectoryTables } from '../../tables.ts';

/** One definition that a cell is to be given, or to forget: what of the two is decided when it is delivered. */
export interface Due extends DefinitionKey {
  readonly cellId: string;
}

/** With how often it has become due, so that one that becomes due again while it is delivered stays due. */
export interface DueNow extends Due {
  readonly times: number;
}

/** What one statement writes. */
export const ROWS_AT_ONCE = 2_000;
/** Fewer than what the server would make a table of (`in_predicate_conversion_threshold`), and then read all that is due. */
const REMOVED_AT_ONCE = 500;

/** May be repeated. */
export async function addDue(tx: DirectoryTx, due: readonly Due[]): Promise<void> {
  for (let at = 0; at < due.length; at += ROWS_AT_ONCE) {
    const rows = due.slice(at, at + ROWS_AT_ONCE).map(({ cellId, kind, id }) => sql`(${cellId}, ${kind}, ${id}, 1)`);
    await sql`INSERT INTO definitions_due (cell_id, kind, id, times) VALUES ${sql.join(rows)}
      ON DUPLICATE KEY UPDATE times = times + 1`.execute(tx as Kysely<DirectoryTables>);
  }
}

/** With what the cell was given of it. */
interface DueWithGiven extends DueNow {
  /** Null: nothing. */
  readonly given: number | null;
}

/** What is due in these cells, so many of each, groups first: their rules stand before their members come. */
export async function listDue(
  read: DirectoryReader,
  cellIds: readonly string[],
  limitOfEach: number,
): Promise<readonly DueWithGiven[]> {
  const parts = cellIds.map(
    (cellId) => sql`(SELECT cell_id, kind, id, times FROM definitions_due WHERE cell_id = ${cellId}
      ORDER BY kind, id LIMIT ${sql.lit(limitOfEach)})`,
  );
  if (parts.length === 0) return [];
  const rows = await selectRows<Omit<DueWithGiven, 'cellId'> & { cell_id: string }>(
    read,
    sql`SELECT due.cell_id AS cell_id, due.kind AS kind, due.id AS id, due.times AS times, given.generation AS given
      FROM (${sql.join(parts, sql` UNION ALL `)}) AS due
      LEFT JOIN cell_definitions AS given
        ON given.cell_id = due.cell_id AND given.kind = due.kind AND given.id = due.id`,
  );
  return rows.map(({ cell_id, ...row }) => ({ ...row, cellId: cell_id }));
}

/** These are no longer due, unless they have become so again since they were read. */
export async function removeDue(tx: DirectoryTx, due: readonly DueNow[]): Promise<void> {
  for (let at = 0; at < due.length; at += REMOVED_AT_ONCE) {
    const some = due.slice(at, at + REMOVED_AT_ONCE);
    const rows = some.map(({ cellId, kind, id, times }) => sql`(${cellId}, ${kind}, ${id}, ${times})`);
    await tx
      .deleteFrom('definitions_due')
      .where(sql<boolean>`(cell_id, kind, id, times) IN (${sql.join(rows)})`)
      .execute();
  }
}

export async function cellsWithDue(read: DirectoryReader): Promise<readonly string[]> {
  const rows = await read.selectFrom('definitions_due').select('cell_id').distinct().execute();
  return rows.map(({ cell_id }) => cell_id);
}

/** Which of these are due in the cell. */
export async function dueAmong(
  read: DirectoryReader,
  cellId: string,
  keys: readonly DefinitionKey[],
): Promise<readonly DefinitionKey[]> {
  const due: DefinitionKey[] = [];
  for (const [kind, some] of Map.groupBy(keys, (key) => key.kind)) {
    const rows = await read
      .selectFrom('definitions_due')
      .select('id')
      .where('cell_id', '=', cellId)
      .where('kind', '=', kind)
      .where(
        'id',
        'in',
        some.map(({ id }) => id),
      )
      .execute();
    due.push(...rows.map(({ id }) => ({ kind, id })));
  }
  return due;
}
