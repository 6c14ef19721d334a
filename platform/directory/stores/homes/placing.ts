import { sql } from 'kysely';
import { toJson } from '../../../database/json-column.ts';
import type { DecisionRecord } from '../../../objects/decision-record.ts';
import type { Fault } from '../../../objects/instance.ts';
import type { DirectoryTx, DirectoryWriter } from '../../directory.ts';
import { addOrphanedPlacement } from '../orphaned-placements.ts';
import { announcePortsOf } from '../ports.ts';
import { announceSubportsOf } from '../subports-of-servers.ts';
import { endHome } from './deleting.ts';
import { lockHome } from './get-homes.ts';
import type { Home } from './home.ts';
import { transition, tryTransition } from './transition.ts';

/**
 * `cellId` is about to be asked, and no other cell can hold it. One statement, so it needs no transaction.
 * @param decision why that cell; null: that is not known.
 * @returns the epoch to ask with; null when the home is not accepted at `epoch` any more, or is to be deleted.
 */
export async function beginPlacing(
  directory: DirectoryWriter,
  home: Pick<Home, 'uuid' | 'epoch'>,
  cellId: string,
  now: number,
  decision: DecisionRecord | null,
): Promise<number | null> {
  const sets = {
    epoch: sql<number>`epoch + 1`,
    placing_cell_id: cellId,
    decision: decision && toJson(decision),
  };
  const expected = { epoch: home.epoch, delete_requested: 0 };
  return (await tryTransition(directory, 'place', home.uuid, sets, now, expected)) ? home.epoch + 1 : null;
}

/** What the scheduler said last of a server that its cell has. Changes nothing when no cell has it. */
export async function recordDecision(
  tx: DirectoryTx,
  uuid: string,
  decision: DecisionRecord,
  now: number,
): Promise<void> {
  await tryTransition(tx, 'decide', uuid, { decision: toJson(decision) }, now);
}

/** `beginPlacing` after another cell was asked without a certain refusal: there it may be an orphaned placement, which is recorded. */
export async function beginPlacingElsewhere(
  tx: DirectoryTx,
  home: Pick<Home, 'uuid' | 'epoch'>,
  cellId: string,
  leaving: { readonly cellId: string; readonly askedAt: number },
  now: number,
  decision: DecisionRecord | null,
): Promise<number | null> {
  const epoch = await beginPlacing(tx, home, cellId, now, decision);
  if (epoch === null) return null;
  await addOrphanedPlacement(
    tx,
    { instanceUuid: home.uuid, cellId: leaving.cellId, epoch: home.epoch },
    leaving.askedAt,
  );
  return epoch;
}

/** The user has changed the build since the cell was asked: the cell has to be told before its home is recorded. */
export class BuildChanged extends Error {
  override readonly name = 'BuildChanged';
}

/**
 * The cell has it at this epoch. If the home is no longer accepted at that epoch, this is recorded as an orphaned placement.
 * @param at.revision the revision of the build that the cell has; absent: whatever the directory has.
 * @returns the home as it is now; null when there is none.
 * @throws BuildChanged when the directory has another revision.
 */
export async function recordHome(
  tx: DirectoryTx,
  uuid: string,
  at: { readonly cellId: string; readonly epoch: number; readonly revision?: number },
  now: number,
): Promise<Pick<Home, 'state' | 'cellId' | 'epoch' | 'deleteRequested'> | null> {
  // Nearly always nothing has happened since the cell was asked: then one statement does it.
  const { cellId, epoch, revision } = at;
  const sets = { cell_id: cellId, placing_cell_id: null };
  const expected = { epoch, delete_requested: 0, ...(revision === undefined ? {} : { build_revision: revision }) };
  if (await tryTransition(tx, 'record', uuid, sets, now, expected)) {
    return { state: 'placed', cellId, epoch, deleteRequested: false };
  }
  const home = await lockHome(tx, uuid);
  const isThere = home?.state === 'placed' && home.cellId === cellId && home.epoch === epoch;
  if (isThere) return home;
  if (home === null || home.state !== 'accepted' || home.epoch !== epoch) {
    await addOrphanedPlacement(tx, { instanceUuid: uuid, cellId, epoch }, 0);
    return home;
  }
  // What is to be deleted needs no change any more.
  if (revision !== undefined && !home.deleteRequested) throw new BuildChanged();
  await transition(tx, 'record', uuid, sets, now);
  return { ...home, state: 'placed', cellId };
}

/**
 * No further cell is tried: buries the home with the fault and the decision, or ends it if the user has deleted the server meanwhile. Records an
 * orphaned placement for the cell that may have it all the same. Changes nothing unless the home is accepted.
 */
export async function giveUpHome(
  tx: DirectoryTx,
  uuid: string,
  why: { readonly fault: Fault; readonly decision: DecisionRecord | null },
  mayHaveIt: { readonly cellId: string; readonly askedAt: number } | null,
  now: number,
): Promise<void> {
  const home = await lockHome(tx, uuid);
  if (home === null || home.state !== 'accepted') return;
  if (mayHaveIt !== null) {
    await addOrphanedPlacement(
      tx,
      { instanceUuid: uuid, cellId: mayHaveIt.cellId, epoch: home.epoch },
      mayHaveIt.askedAt,
    );
  }
  if (home.deleteRequested) await endHome(tx, home, now);
  else {
    const { fault, decision } = why;
    const sets = { fault: toJson(fault), decision: decision && toJson(decision), placing_cell_id: null };
    await transition(tx, 'bury', uuid, sets, now);
    // No cell has it: what was asked of one changes nothing that it holds.
    await tx.deleteFrom('hold_changes').where('instance_uuid', '=', uuid).execute();
  }
}

/**
 * From placed back to accepted under a higher epoch. The orphaned placement in the cell that it leaves is recorded; that cell is told at
 * once.
 * @returns false when it is not placed there at this epoch.
 */
export async function reopenHome(
  tx: DirectoryTx,
  uuid: string,
  from: { readonly cellId: string; readonly epoch: number },
  now: number,
): Promise<boolean> {
  const home = await lockHome(tx, uuid);
  if (home === null || home.state !== 'placed' || home.cellId !== from.cellId || home.epoch !== from.epoch)
    return false;
  await addOrphanedPlacement(tx, { instanceUuid: uuid, cellId: from.cellId, epoch: from.epoch }, 0);
  await transition(tx, 'reopen', uuid, { cell_id: null, placing_cell_id: null, epoch: from.epoch + 1 }, now);
  await announcePortsOf(tx, uuid);
  await announceSubportsOf(tx, uuid);
  return true;
}
