import type { CellReader, CellTx } from '../../database/cell-database.ts';
import { deleteInstance } from './delete.ts';

/*
 * A delete that came while its instance was fenced for a move. Its operation is written at once, so that the request has its answer,
 * and asleep: nobody looks at it before it is decided whose instance it is.
 */

/** The last moment there is, ms since the epoch. */
const NEVER = 8_640_000_000_000_000;

/** Puts a delete operation that was just begun to sleep. */
export async function park(tx: CellTx, operationId: string): Promise<void> {
  await tx.updateTable('operations').set({ wake_at: NEVER }).where('id', '=', operationId).execute();
}

/** The delete that waits for the verdict; null: none does. */
export async function parkedDelete(read: CellReader, instanceUuid: string): Promise<string | null> {
  const row = await read
    .selectFrom('operations')
    .select('id')
    .where('subject', '=', instanceUuid)
    .where('kind', '=', 'delete')
    .where('finished_at', 'is', null)
    .where('wake_at', '=', NEVER)
    .executeTakeFirst();
  return row?.id ?? null;
}

/** It goes on, as the instance's owner. Nobody is told: it is due at once. */
export async function wakeParked(tx: CellTx, operationId: string, now: number): Promise<void> {
  await tx
    .updateTable('operations')
    .set({ wake_at: now, deadline_at: now + deleteInstance.deadline.ms })
    .where('id', '=', operationId)
    .execute();
}
