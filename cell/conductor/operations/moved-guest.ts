import type { CellTx } from '../../database/cell-database.ts';
import { removeInstance } from '../../database/stores/instances.ts';
import type { MoveOutRow } from '../../database/stores/moves-out.ts';
import { lockInstanceRow, quarantineInstance } from '../../database/stores/quarantined-instances.ts';
import type { Owner } from './superseded.ts';

const REASON = 'moved to another cell, where it could not be started; its fault there has the reason';

/** Whether the guest that a move left is quarantined, for an operator to decide; never that of a server which its user has deleted. */
export const isKept = (move: MoveOutRow | null): boolean => move?.keepQuarantined === true && !move.deleteRequested;

/**
 * Deletes the instance's row. With `kept` its guest is quarantined: stopped, with its disks and its claim, until an operator removes it; the
 * row is kept with it as it was before the move. @returns false when another operation owns the instance, or it is gone.
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
