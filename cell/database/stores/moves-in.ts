import type { Selectable } from 'kysely';
import { MOVE_IN } from '#platform/contracts/moves.ts';
import type { CellDatabase, CellReader, CellTx } from '../cell-database.ts';
import { type CellRow, type CellWrites, cellColumns, cellRowOrNull } from '../cell-row.ts';
import type { MovesInTable } from '../schema/moves.ts';
import { advanceMigration } from './server-migrations.ts';

export type MoveInRow = CellRow<Selectable<MovesInTable>>;

export async function findMoveIn(read: CellReader, moveId: string): Promise<MoveInRow | null> {
  return cellRowOrNull(await read.selectFrom('moves_in').selectAll().where('move_id', '=', moveId).executeTakeFirst());
}

/** The row, locked until the transaction ends. */
export async function lockMoveIn(tx: CellTx, moveId: string): Promise<MoveInRow | null> {
  const row = await tx.selectFrom('moves_in').selectAll().where('move_id', '=', moveId).forUpdate().executeTakeFirst();
  return cellRowOrNull(row);
}

/** The row of the move that this operation carries out here, locked until the transaction ends. */
export async function lockMoveInOf(tx: CellTx, instanceUuid: string, operationId: string): Promise<MoveInRow | null> {
  const row = await tx
    .selectFrom('moves_in')
    .selectAll()
    .where('instance_uuid', '=', instanceUuid)
    .where('operation_id', '=', operationId)
    .forUpdate()
    .executeTakeFirst();
  return cellRowOrNull(row);
}

/** @throws a duplicate key when another transaction inserted a row of this move first. */
export async function insertMoveIn(tx: CellTx, row: MoveInRow): Promise<void> {
  await tx
    .insertInto('moves_in')
    .values(cellColumns<MovesInTable>(row) as MovesInTable)
    .execute();
}

/** Writes the columns that belong to calls of the door; `changed_at` belongs to the operation. */
export async function writeRequested(
  tx: CellTx,
  moveId: string,
  writes: CellWrites<Pick<MovesInTable, 'ordered' | 'token' | 'source' | 'moved' | 'epoch'>>,
): Promise<void> {
  await tx.updateTable('moves_in').set(cellColumns<MovesInTable>(writes)).where('move_id', '=', moveId).execute();
}

/** Writes the columns that belong to the operation, which has locked the row. */
export async function writeProgress(
  tx: CellTx,
  moveId: string,
  writes: CellWrites<Pick<MovesInTable, 'reached' | 'host_id' | 'guest_id'>>,
  now: number,
): Promise<void> {
  await tx
    .updateTable('moves_in')
    .set({ ...cellColumns<MovesInTable>(writes), changed_at: now })
    .where('move_id', '=', moveId)
    .execute();
  const { reached, hostId } = writes;
  if (reached === undefined && hostId === undefined) return;
  const isHere = reached === 'revealed';
  const advance = {
    ...(reached === undefined ? {} : { status: MIGRATION_STATUS[reached] }),
    ...(hostId === undefined || hostId === null ? {} : { destHostId: hostId }),
    ...(isHere ? { hidden: false } : {}),
  };
  await advanceMigration(tx, moveId, advance, now);
}

const MIGRATION_STATUS = {
  none: 'pre-migrating',
  prepare: 'pre-migrating',
  copy: 'migrating',
  arrive: 'post-migrating',
  revealed: 'post-migrating',
  start: 'confirmed',
  undone: 'error',
  gone: 'error',
} as const;

/** Ends the cell's side of the move, whose row the caller has locked; clears the JSON that the row carried. */
export async function endMoveIn(
  tx: CellTx,
  moveId: string,
  reached: (typeof MOVE_IN.ends)[number],
  message: string | null,
  now: number,
): Promise<void> {
  await tx
    .updateTable('moves_in')
    .set({ reached, message, instance: null, source: null, moved: null, changed_at: now })
    .where('move_id', '=', moveId)
    .execute();
  // The server has moved, though it could not be started here.
  const status = reached === 'start' && message !== null ? 'error' : MIGRATION_STATUS[reached];
  await advanceMigration(tx, moveId, { status, ...(reached === 'start' ? { hidden: false } : {}) }, now);
}

/**
 * Aborts moves that bring the instance with an epoch up to this one and have not become its home, because the epoch is over in this cell.
 * @returns their operations.
 */
export async function abortMovesUpTo(tx: CellTx, uuid: string, epoch: number): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('moves_in')
    .select(['move_id', 'operation_id'])
    .where('instance_uuid', '=', uuid)
    .where('epoch', '<=', epoch)
    .where('ordered', '!=', 'start')
    .where('reached', 'not in', MOVE_IN.ends)
    .forUpdate()
    .execute();
  for (const { move_id } of rows) await writeRequested(tx, move_id, { requested: 'abort' });
  return rows.flatMap(({ operation_id }) => operation_id ?? []);
}

/** The answer to the move's operation, with the host and the guest that the move uses now. */
export async function moveInOnHost(read: CellReader, moveId: string) {
  const row = await read
    .selectFrom('moves_in')
    .leftJoin('hosts', 'hosts.id', 'moves_in.host_id')
    .leftJoin('guests', 'guests.id', 'moves_in.guest_id')
    .select(['moves_in.reached', 'moves_in.message', 'moves_in.host_id', 'hosts.name as host_name', 'guests.progress'])
    .where('moves_in.move_id', '=', moveId)
    .executeTakeFirst();
  return cellRowOrNull(row);
}

/** Deletes at most `limit` rows of moves that ended before. @returns how many it found. */
export async function dropEndedMovesIn(
  { read, write }: Pick<CellDatabase, 'read' | 'write'>,
  before: number,
  limit: number,
): Promise<number> {
  const rows = await read
    .selectFrom('moves_in')
    .select('move_id')
    .where('reached', 'in', MOVE_IN.ends)
    .where('changed_at', '<', before)
    .limit(limit)
    .execute();
  const ids = rows.map(({ move_id }) => move_id);
  if (ids.length > 0) await write.deleteFrom('moves_in').where('move_id', 'in', ids).execute();
  return ids.length;
}
