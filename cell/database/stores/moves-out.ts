import type { Selectable } from 'kysely';
import { MOVE_OUT } from '#platform/contracts/moves.ts';
import type { CellReader, CellTx, CellWriter } from '../cell-database.ts';
import { type CellRow, cellColumns, cellRowOrNull } from '../cell-row.ts';
import type { MovesOutTable } from '../schema/moves.ts';
import { advanceMigration, removeMigration } from './server-migrations.ts';

export type MoveOutRow = CellRow<Selectable<MovesOutTable>>;
type Reached = MoveOutRow['reached'];

export async function findMoveOut(read: CellReader, moveId: string): Promise<MoveOutRow | null> {
  return cellRowOrNull(await read.selectFrom('moves_out').selectAll().where('move_id', '=', moveId).executeTakeFirst());
}

/** The same, locked until the transaction ends. A transaction that also locks the instance's row locks that one first. */
export async function lockMoveOut(tx: CellTx, moveId: string): Promise<MoveOutRow | null> {
  const row = await tx.selectFrom('moves_out').selectAll().where('move_id', '=', moveId).forUpdate().executeTakeFirst();
  return cellRowOrNull(row);
}

export const insertMoveOut = async (
  tx: CellTx,
  row: Omit<MoveOutRow, 'deleteRequested' | 'keepQuarantined' | 'changedAt'>,
  now: number,
): Promise<void> => {
  await tx
    .insertInto('moves_out')
    .values(
      cellColumns<MovesOutTable>({
        ...row,
        deleteRequested: false,
        keepQuarantined: false,
        changedAt: now,
      }) as MovesOutTable,
    )
    .execute();
};

/** Writes how far the operation may go, and what happens to the guest then. The caller has locked the row. */
export async function requestPhase(
  tx: CellTx,
  moveId: string,
  changes: Pick<MoveOutRow, 'requested' | 'token' | 'keepQuarantined'>,
  now: number,
): Promise<void> {
  await tx
    .updateTable('moves_out')
    .set({ ...cellColumns<MovesOutTable>(changes), changed_at: now })
    .where('move_id', '=', moveId)
    .execute();
}

const MIGRATION_STATUS = {
  none: 'pre-migrating',
  begin: 'pre-migrating',
  stop: 'migrating',
  fence: 'post-migrating',
  undone: 'error',
  gone: 'error',
} as const;

/** Writes the reached phase of the operation; a move that has ended does not change. */
export async function reach(
  tx: CellTx,
  moveId: string,
  reached: Reached,
  now: number,
  message: string | null = null,
): Promise<void> {
  await tx
    .updateTable('moves_out')
    .set({ reached, message, changed_at: now })
    .where('move_id', '=', moveId)
    .where('reached', 'not in', MOVE_OUT.ends)
    .execute();
  // The cell where the instance lives now shows a move that has succeeded.
  if (reached === 'release') await removeMigration(tx, moveId);
  else await advanceMigration(tx, moveId, { status: MIGRATION_STATUS[reached] }, now);
}

/** The move that is handing the instance over. Until the instance has left or is unfenced, nothing changes it. */
export async function handOverOf(read: CellReader, instanceUuid: string): Promise<MoveOutRow | null> {
  const row = await read
    .selectFrom('moves_out')
    .selectAll()
    .where('instance_uuid', '=', instanceUuid)
    .where('reached', '=', 'fence')
    .executeTakeFirst();
  return cellRowOrNull(row);
}

export async function noteDelete(tx: CellTx, moveId: string): Promise<void> {
  await tx.updateTable('moves_out').set({ delete_requested: 1 }).where('move_id', '=', moveId).execute();
}

/**
 * Deletes at most `limit` rows of moves that ended before `before`; with a delete recorded for the other cell, before `deletedBefore`,
 * because until the global tier has read the delete, only this row has it. @returns how many it found.
 */
export async function dropMovesOut(
  db: CellWriter,
  { before, deletedBefore }: { readonly before: number; readonly deletedBefore: number },
  limit: number,
): Promise<number> {
  const { numDeletedRows } = await db
    .deleteFrom('moves_out')
    .where('changed_at', '<', before)
    .where('reached', 'in', MOVE_OUT.ends)
    .where((eb) =>
      eb.or([eb('delete_requested', '=', 0), eb('reached', '=', 'undone'), eb('changed_at', '<', deletedBefore)]),
    )
    .limit(limit)
    .executeTakeFirst();
  return Number(numDeletedRows);
}

/** The address at which the disks of a guest are read, and its desired generation; null while its host has no agent. */
export async function placeOfGuest(
  read: CellReader,
  guestId: string,
): Promise<{
  readonly hostName: string;
  readonly hostUp: boolean;
  readonly agentId: string;
  readonly url: string;
  readonly generation: number;
} | null> {
  const row = await read
    .selectFrom('guests')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .innerJoin('agents', 'agents.id', 'hosts.compute_agent_id')
    .select(['hosts.name', 'hosts.up', 'agents.id', 'agents.url', 'guests.generation'])
    .where('guests.id', '=', guestId)
    .executeTakeFirst();
  return row === undefined
    ? null
    : { hostName: row.name, hostUp: row.up === 1, agentId: row.id, url: row.url, generation: row.generation };
}
