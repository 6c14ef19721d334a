import type { Selectable } from 'kysely';
import { MOVE_OUT } from '#platform/contracts/moves.ts';
import type { CellReader, CellTx, CellWriter } from '../cell-database.ts';
import { type CellRow, cellColumns, cellRowOrNull } from '../cell-row.ts';
import type { MovesOutTable } from '../schema/moves.ts';

export type MoveOutRow = CellRow<Selectable<MovesOutTable>>;
export type Requested = MoveOutRow['requested'];
export type Reached = MoveOutRow['reached'];

export async function findMoveOut(read: CellReader, moveId: string): Promise<MoveOutRow | null> {
  return cellRowOrNull(await read.selectFrom('moves_out').selectAll().where('move_id', '=', moveId).executeTakeFirst());
}

/** The same, locked until the transaction ends. After the instance's row, when both are locked. */
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

/** What is told to the operation: how far it may go, and what becomes of the copy then. The row is locked by the caller. */
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

/** How far the operation has come; what has ended stays so. */
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
}

/** The move in whose hand-over the instance is: nothing changes in the instance until it has left, or is unfenced. */
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
 * Moves that ended before `before`; those whose instance left with a delete that was taken down for the other cell, before
 * `deletedBefore`: while the saga has not asked for it, nothing else knows of that delete. Drops at most `limit` and says how many.
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

/** Where the disks of a guest are read, and what of it is wanted now; null while no agent has its host. */
export async function placeOfGuest(
  read: CellReader,
  guestId: string,
): Promise<{
  readonly hostName: string;
  readonly hostUp: boolean;
  readonly url: string;
  readonly generation: number;
} | null> {
  const row = await read
    .selectFrom('guests')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .innerJoin('agents', 'agents.id', 'hosts.compute_agent_id')
    .select(['hosts.name', 'hosts.up', 'agents.url', 'guests.generation'])
    .where('guests.id', '=', guestId)
    .executeTakeFirst();
  return row === undefined
    ? null
    : { hostName: row.name, hostUp: row.up === 1, url: row.url, generation: row.generation };
}
