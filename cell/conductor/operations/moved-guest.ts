import type { CellTx } from '../../database/cell-database.ts';
import { removeInstance } from '../../database/stores/instances.ts';
import type { MoveOutRow } from '../../database/stores/moves-out.ts';
import { lockInstanceRow, quarantineInstance } from '../../database/stores/quarantined-instances.ts';
import type { Owner } from './superseded.ts';

const REASON = 'moved to another cell, where it could not be started; its fault there says why';

/** Whether the copy that a move left is kept for an operator to decide. Not of what its user has deleted meanwhile. */
export const isKept = (move: MoveOutRow | null): boolean => move?.keepQuarantined === true && !move.deleteRequested;

/**
 * The instance's row goes. Its copy, if it is kept, is put aside: stopped, with its disks and its claim, until an operator forgets it; the
 * row is kept with it as it was before the move. @returns false when somebody else owns the instance, or it is gone.
 */
export async function forgetInstance(tx: CellTx, owner: Owner, kept: boolean): Promise<boolean> {
  const row = await lockInstanceRow(tx, owner.subject);
  if (row?.operationId !== owner.operationId) return false;
  if (kept) {
    const asItWas = { ...row, operationId: null, taskState: null, presence: 'here' as const };
    await quarantineInstance(tx, asItWas, REASON, owner.now);
  } else {
    await removeInstance(tx, owner.subject);
  }
  return true;
}
