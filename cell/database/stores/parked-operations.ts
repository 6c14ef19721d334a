import { fromJson, toJson } from '#platform/database/json-column.ts';
import type { CellReader, CellTx } from '../cell-database.ts';

/** The last time that a timestamp can have, ms since the epoch: an operation that is due then sleeps, and is never late. */
const NEVER = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Puts an operation to sleep until somebody wakes it. */
export async function putToSleep(tx: CellTx, operationId: string): Promise<void> {
  const asleep = { wake_at: NEVER, deadline_at: NEVER };
  await tx.updateTable('operations').set(asleep).where('id', '=', operationId).execute();
}

/** The sleeping operation of this kind; null: none sleeps. */
export async function sleepingOperation<P>(
  read: CellReader,
  subject: string,
  kind: string,
): Promise<{ readonly id: string; readonly params: P } | null> {
  const row = await read
    .selectFrom('operations')
    .select(['id', 'params'])
    .where('subject', '=', subject)
    .where('kind', '=', kind)
    .where('finished_at', 'is', null)
    .where('wake_at', '=', NEVER)
    .executeTakeFirst();
  return row === undefined ? null : { id: row.id, params: fromJson<P>(row.params) };
}

/** Makes the operation due at once, with these params and its whole time. */
export async function wakeOperation(
  tx: CellTx,
  operationId: string,
  params: object,
  times: { readonly wakeAt: number; readonly deadlineAt: number },
): Promise<void> {
  await tx
    .updateTable('operations')
    .set({ params: toJson(params), wake_at: times.wakeAt, deadline_at: times.deadlineAt })
    .where('id', '=', operationId)
    .execute();
}

export async function removeOperation(tx: CellTx, operationId: string): Promise<void> {
  await tx.deleteFrom('operations').where('id', '=', operationId).execute();
}

/** Locks an operation's row. @returns the token of its lease; null when the operation does not exist. */
export async function lockLeaseToken(tx: CellTx, operationId: string): Promise<number | null> {
  const row = await tx
    .selectFrom('operations')
    .select('lease_token')
    .where('id', '=', operationId)
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? null : Number(row.lease_token);
}
