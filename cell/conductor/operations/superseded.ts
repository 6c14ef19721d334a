import { StepRefused } from '#platform/operations/definition.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { findInstance, type InstanceRow, type InstanceWrites, writeAsOwner } from '../../database/stores/instances.ts';
import { lockLeaseToken } from '../../database/stores/parked-operations.ts';
import type { CellParts } from '../parts.ts';
import type { CellContext } from './cell-operation.ts';

/**
 * An instance has one owner, the operation that it names. A later operation that may interrupt it (delete) takes the instance over in its
 * accepting transaction. The earlier one finds at its next write that it does not own the instance any more, and ends without touching it.
 * So every transaction of a step begins with `updateAsOwnerOrRefuse` (do) or `updateAsOwner` (undo).
 */
export const superseded = (): StepRefused => new StepRefused('Another operation has taken the instance over.');

export interface Owner {
  readonly operationId: string;
  readonly subject: string;
  readonly now: number;
}

/** Writes the instance if this operation owns it, and locks its row until the transaction ends. */
export const updateAsOwner = (tx: CellTx, owner: Owner, writes: InstanceWrites): Promise<boolean> =>
  writeAsOwner(tx, owner.subject, owner.operationId, writes, owner.now);

/** @throws StepRefused when another operation owns it. */
export async function updateAsOwnerOrRefuse(tx: CellTx, owner: Owner, writes: InstanceWrites): Promise<void> {
  if (!(await updateAsOwner(tx, owner, writes))) throw superseded();
}

/**
 * The instance, its row locked until the transaction ends. Users may change the instance's build while an operation owns the instance, so
 * an operation that writes the build back has to read it here. @throws StepRefused when another operation owns it.
 */
export async function lockAsOwnerOrRefuse(tx: CellTx, owner: Owner): Promise<InstanceRow> {
  const instance = (await updateAsOwner(tx, owner, {})) ? await findInstance(tx, owner.subject) : null;
  if (instance === null) throw superseded();
  return instance;
}

/**
 * A transaction of a step in addition to the one that records its outcome. It is rolled back when the worker has lost the operation in
 * between (the process was paused, or an operator turned the operation back), so that nothing appears after the undo has looked for it. The
 * operation's row is locked last, after the instance's, as in the transaction that records outcomes.
 * @throws StepRefused when the worker has lost the operation.
 */
export function inLeasedTransaction<R>(
  { database }: Pick<CellParts, 'database'>,
  context: Pick<CellContext<unknown>, 'operationId' | 'leaseToken'>,
  work: (tx: CellTx) => Promise<R>,
): Promise<R> {
  return database.transaction(async (tx) => {
    const result = await work(tx);
    if ((await lockLeaseToken(tx, context.operationId)) !== context.leaseToken) throw superseded();
    return result;
  });
}
