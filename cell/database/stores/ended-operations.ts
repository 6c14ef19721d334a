import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { OPERATION_STATES, OperationStep } from '#platform/objects/operation.ts';
import { nullable, oneOf, Uuid } from '#platform/objects/scalars.ts';
import { operationToTable } from '#platform/operations/operation-rows.ts';
import type { OperationRow } from '#platform/operations/store.ts';
import type { CellTx } from '../cell-database.ts';

/** The number of rows in one statement. */
const MAX_AT_ONCE = 100;

/** An ended operation as another cell sends it (OperationRow), without the members that only its worker needed. */
const EndedOperation = Type.Object({
  id: Uuid,
  kind: Type.String(),
  subject: Type.String(),
  state: oneOf(OPERATION_STATES),
  stepIndex: Type.Integer(),
  attempt: Type.Integer(),
  params: Type.Unknown(),
  outputs: Type.Record(Type.String(), Type.Unknown()),
  history: Type.Array(OperationStep),
  message: nullable(Type.String()),
  deadlineAt: Type.Integer(),
  requestId: Type.String(),
  userId: nullable(Type.String()),
  projectId: nullable(Type.String()),
  createdAt: Type.Integer(),
  updatedAt: Type.Integer(),
  finishedAt: Type.Integer(),
});
const check = Compile(EndedOperation);

/** @throws VolvoxError invalid when the value is not an ended operation of this instance. */
export function endedOperation(value: unknown, subject: string): OperationRow {
  if (!check.Check(value) || value.subject !== subject) {
    throw new VolvoxError('invalid', `A value that came with instance ${subject} is not an ended operation of it.`);
  }
  const over = { wakeAt: value.finishedAt, signals: 0, leaseOwner: null, leaseToken: 0, leaseExpiresAt: 0 };
  return { ...value, ...over };
}

/** Adds an action log from another cell; operations that this cell knows already stay as they are. */
export async function insertEndedOperations(tx: CellTx, rows: readonly OperationRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += MAX_AT_ONCE) {
    const some = rows.slice(at, at + MAX_AT_ONCE);
    const ids = some.map((row) => row.id);
    const known = new Set(
      (await tx.selectFrom('operations').select('id').where('id', 'in', ids).execute()).map((row) => row.id),
    );
    const missing = some.filter((row) => !known.has(row.id));
    if (missing.length > 0) await tx.insertInto('operations').values(missing.map(operationToTable)).execute();
  }
}

/** Deletes these operations again. */
export async function removeEndedOperations(tx: CellTx, subject: string, ids: readonly string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += MAX_AT_ONCE) {
    await tx
      .deleteFrom('operations')
      .where('id', 'in', ids.slice(at, at + MAX_AT_ONCE))
      .where('subject', '=', subject)
      .where('finished_at', 'is not', null)
      .execute();
  }
}

/** Deletes the whole action log of an instance that has moved to another cell with its log. */
export async function removeAllEndedOperations(tx: CellTx, subject: string): Promise<void> {
  await tx.deleteFrom('operations').where('subject', '=', subject).where('finished_at', 'is not', null).execute();
}
