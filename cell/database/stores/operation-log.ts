import { insertOnce } from '#platform/database/insert-once.ts';
import { type NewOperation, newRow } from '#platform/operations/new-row.ts';
import { operationToTable } from '#platform/operations/operation-rows.ts';
import type { CellReader, CellTx } from '../cell-database.ts';

const NO_DEADLINE = { ms: 0, policy: 'forward' } as const;

/**
 * Records an action that ends with its transaction, as an operation without steps that is done.
 * @returns false when an operation with this id exists already.
 */
export async function recordDone(tx: CellTx, operation: NewOperation, now: number): Promise<boolean> {
  const row = { ...newRow(operation, NO_DEADLINE, now), state: 'done' as const, finishedAt: now };
  return await insertOnce(tx.insertInto('operations').values(operationToTable(row)));
}

/** Records an action that was given up before it began, as an operation that is undone. Nothing happens if it has begun. */
export async function recordPrevented(tx: CellTx, operation: NewOperation, now: number): Promise<void> {
  const ended = { state: 'undone' as const, finishedAt: now, message: 'It was given up before it began.' };
  await insertOnce(
    tx.insertInto('operations').values(operationToTable({ ...newRow(operation, NO_DEADLINE, now), ...ended })),
  );
}

/** The subject of an operation: the instance's uuid if a server action began it. null: the operation does not exist. */
export async function subjectOf(read: CellReader, operationId: string): Promise<string | null> {
  const row = await read.selectFrom('operations').select('subject').where('id', '=', operationId).executeTakeFirst();
  return row?.subject ?? null;
}
