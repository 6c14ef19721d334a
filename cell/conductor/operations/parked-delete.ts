import type { CellReader, CellTx } from '../../database/cell-database.ts';
import {
  putToSleep,
  removeOperation,
  sleepingOperation,
  wakeOperation,
} from '../../database/stores/parked-operations.ts';
import { deleteInstance } from './delete.ts';

/*
 * A parked delete came while a move had fenced its instance, or before the instance had arrived. Its operation is written at once, so that
 * the request gets its answer, but sleeps: no worker runs it before the move decides which cell has the instance, and it is not late in
 * between. Its params name the move, so that it is not resolved without the move.
 */

/** Puts a new delete operation to sleep; its params have the id of the move. */
export const park = (tx: CellTx, operationId: string): Promise<void> => putToSleep(tx, operationId);

/** The delete that waits for the outcome; null: none does. */
export async function parkedDelete(
  read: CellReader,
  instanceUuid: string,
): Promise<{ readonly id: string; readonly moveId: string | undefined } | null> {
  const parked = await sleepingOperation<{ moveId?: string }>(read, instanceUuid, 'delete');
  return parked === null ? null : { id: parked.id, moveId: parked.params.moveId };
}

/** Wakes the delete, which owns the instance now and has its whole time. It is due at once, so no wake-up is sent. */
export async function wakeParked(tx: CellTx, operationId: string, now: number): Promise<void> {
  await wakeOperation(tx, operationId, {}, { wakeAt: now, deadlineAt: now + deleteInstance.deadline.ms });
}

/** Drops the delete that waits for this move: another cell carries it out, or nothing is left to delete. */
export async function dropParked(tx: CellTx, instanceUuid: string, moveId: string): Promise<void> {
  const parked = await parkedDelete(tx, instanceUuid);
  if (parked?.moveId === moveId) await removeOperation(tx, parked.id);
}
