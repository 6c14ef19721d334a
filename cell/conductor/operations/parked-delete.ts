import { fromJson, toJson } from '#platform/database/json-column.ts';
import type { CellReader, CellTx } from '../../database/cell-database.ts';
import { deleteInstance } from './delete.ts';

/*
 * A delete that came while its instance was fenced for a move, or had not quite arrived by one. Its operation is written at once, so that
 * the request has its answer, and asleep: nobody looks at it before it is decided whose instance it is, and it is not late meanwhile. Its
 * params name the move, so that it is not resolved by itself.
 */

/** The last moment that a timestamp can name, ms since the epoch. */
const NEVER = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Puts a delete operation that was just begun, with the move's id in its params, to sleep. */
export async function park(tx: CellTx, operationId: string): Promise<void> {
  const asleep = { wake_at: NEVER, deadline_at: NEVER };
  await tx.updateTable('operations').set(asleep).where('id', '=', operationId).execute();
}

/** The delete that waits for the verdict; null: none does. */
export async function parkedDelete(
  read: CellReader,
  instanceUuid: string,
): Promise<{ readonly id: string; readonly moveId: string | undefined } | null> {
  const row = await read
    .selectFrom('operations')
    .select(['id', 'params'])
    .where('subject', '=', instanceUuid)
    .where('kind', '=', 'delete')
    .where('finished_at', 'is', null)
    .where('wake_at', '=', NEVER)
    .executeTakeFirst();
  return row === undefined ? null : { id: row.id, moveId: fromJson<{ moveId?: string }>(row.params).moveId };
}

/** It goes on, as the instance's owner, with its whole time. Nobody is told: it is due at once. */
export async function wakeParked(tx: CellTx, operationId: string, now: number): Promise<void> {
  await tx
    .updateTable('operations')
    .set({ params: toJson({}), wake_at: now, deadline_at: now + deleteInstance.deadline.ms })
    .where('id', '=', operationId)
    .execute();
}

/** The delete that waits for this move's verdict is carried out elsewhere, or has nothing to delete any more. */
export async function dropParked(tx: CellTx, instanceUuid: string, moveId: string): Promise<void> {
  const parked = await parkedDelete(tx, instanceUuid);
  if (parked?.moveId === moveId) await tx.deleteFrom('operations').where('id', '=', parked.id).execute();
}
