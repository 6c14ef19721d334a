import type { CellReader, CellTx } from '../../database/cell-database.ts';
import {
  putToSleep,
  removeOperation,
  sleepingOperation,
  wakeOperation,
} from '../../database/stores/parked-operations.ts';
import { deleteInstance } from './delete.ts';

/*
 * A delete that came while its instance was fenced for a move, or had not quite arrived by one. Its operation is written at once, so that
 * the request has its answer, and asleep: nobody looks at it before it is decided whose instance it is, and it is not late meanwhile. Its
 * params name the move, so that it is not resolved by itself.
 */

/** Puts a delete operation that was just begun, with the move's id in its params, to sleep. */
export const park = (tx: CellTx, operationId: string): Promise<void> => putToSleep(tx, operationId);

/** The delete that waits for the verdict; null: none does. */
export async function parkedDelete(
  read: CellReader,
  instanceUuid: string,
): Promise<{ readonly id: string; readonly moveId: string | undefined } | null> {
  const parked = await sleepingOperation<{ moveId?: string }>(read, instanceUuid, 'delete');
  return parked === null ? null : { id: parked.id, moveId: parked.params.moveId };
}

/** It goes on, as the instance's owner, with its whole time. Nobody is told: it is due at once. */
export async function wakeParked(tx: CellTx, operationId: string, now: number): Promise<void> {
  await wakeOperation(tx, operationId, {}, { wakeAt: now, deadlineAt: now + deleteInstance.deadline.ms });
}

/** The delete that waits for this move's verdict is carried out elsewhere, or has nothing to delete any more. */
export async function dropParked(tx: CellTx, instanceUuid: string, moveId: string): Promise<void> {
  const parked = await parkedDelete(tx, instanceUuid);
  if (parked?.moveId === moveId) await removeOperation(tx, parked.id);
}
