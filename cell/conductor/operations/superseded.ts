import { type StepContext, StepRefused } from '#platform/operations/definition.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { findInstance, type InstanceRow, type InstanceWrites, writeAsOwner } from '../../database/stores/instances.ts';
import { lockLeaseToken } from '../../database/stores/parked-operations.ts';
import type { CellParts } from '../parts.ts';

/**
 * An instance has one owner, the operation that it names. A later one that may interrupt (delete) takes it over in its accepting
 * transaction; the earlier one then finds at its next write that it owns nothing, and ends without touching what is not its own
 * any more. So every transaction of a step begins with `ownOrRefuse` (doing) or `own` (undoing).
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

/** @throws StepRefused when somebody else owns it. */
export async function updateAsOwnerOrRefuse(tx: CellTx, owner: Owner, writes: InstanceWrites): Promise<void> {
  if (!(await updateAsOwner(tx, owner, writes))) throw superseded();
}

/**
 * The instance, its row locked until the transaction ends. Users may change what they named (its build) while an operation owns the
 * instance: what of that is written back has to be read here. @throws StepRefused when somebody else owns it.
 */
export async function lockAsOwnerOrRefuse(tx: CellTx, owner: Owner): Promise<InstanceRow> {
  const instance = (await updateAsOwner(tx, owner, {})) ? await findInstance(tx, owner.subject) : null;
  if (instance === null) throw superseded();
  return instance;
}

/**
 * A transaction of a step beside the one that records its outcome. It is rolled back when the worker has lost the operation meanwhile (it
 * stood still, or an operator turned the operation round), so that nothing is made which the way back has looked for and not found. The
 * operation's row is locked last, after the instance's, as where outcomes are recorded.
 * @throws StepRefused when it was lost.
 */
export function inLeasedTransaction<R>(
  { database }: Pick<CellParts, 'database'>,
  context: Pick<StepContext<unknown, CellTx>, 'operationId' | 'leaseToken'>,
  work: (tx: CellTx) => Promise<R>,
): Promise<R> {
  return database.transaction(async (tx) => {
    const result = await work(tx);
    if ((await lockLeaseToken(tx, context.operationId)) !== context.leaseToken) throw superseded();
    return result;
  });
}
