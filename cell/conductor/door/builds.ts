import { toJson } from '#platform/database/json-column.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Fault } from '#platform/objects/instance.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { guestsOf, markAbsentUpTo } from '../../database/stores/guests.ts';
import { forgetInstance } from '../../database/stores/instance-epochs.ts';
import { buryFailedBuild, findBuildState, lockBuildState } from '../../database/stores/instance-faults.ts';
import { releaseLooseEnds } from '../../database/stores/loose-ends.ts';
import { abortMovesUpTo } from '../../database/stores/moves-in.ts';
import { markReleased } from '../../database/stores/released-builds.ts';
import type { ConductorParts } from '../parts.ts';

/**
 * The global tier builds the instance in another cell under a higher epoch, so this cell gives up everything it has of it up to `epoch`.
 * The row is deleted at once; guests go as their agents answer. A build request of that epoch that arrives later is refused. A move that
 * brought the instance and has not become its home is undone. Claims and guests of a move with a later epoch stay.
 * @param onlyFailed releases only a failed build that nobody has deleted; repeating it changes nothing.
 * @throws VolvoxError conflict with `onlyFailed` when the instance is no failed build; nothing is changed.
 */
export async function releaseBuild(
  parts: ConductorParts,
  uuid: string,
  epoch: number,
  onlyFailed = false,
): Promise<void> {
  const now = parts.clock.now();
  const guests = await guestsOf(parts.database.read, uuid);
  const { changed, moves } = await parts.database.transaction(async (tx) => {
    await markReleased(tx, uuid, epoch, now);
    if (onlyFailed) await refuseUnlessFailed(tx, uuid, epoch);
    const moves = await abortMovesUpTo(tx, uuid, epoch);
    if (!(await forgetInstance(tx, uuid, epoch))) return { changed: [], moves };
    await markAbsentUpTo(tx, uuid, epoch, now);
    return { changed: await releaseLooseEnds(tx, uuid, now), moves };
  });
  parts.hosts.changed(changed);
  for (const id of moves) parts.engine.wake(id);
  parts.agents.wakeEach(guests, (guest) => guest.computeAgentId);
}

/** Locks the row: a delete is either seen here, or does not find the row. Without a row the build was released before. */
async function refuseUnlessFailed(tx: CellTx, uuid: string, epoch: number): Promise<void> {
  const row = await lockBuildState(tx, uuid);
  if (row === null) return;
  if (row.epoch === epoch && row.buildFailedAt !== null && row.operationId === null) return;
  throw new VolvoxError('conflict', `Instance ${uuid} is not a failed build.`);
}

/**
 * No other cell could take the build, so the user sees ERROR with the reason. Repeating it changes nothing.
 * @throws VolvoxError not-found when it was released before; conflict when it is not a failed build.
 */
export async function buryBuild(parts: ConductorParts, uuid: string, epoch: number, fault: Fault): Promise<void> {
  const now = parts.clock.now();
  if (await buryFailedBuild(parts.database.write, uuid, epoch, toJson(fault), now)) return;
  const row = await findBuildState(parts.database.read, uuid);
  if (row === null) throw new VolvoxError('not-found', `Instance ${uuid} could not be found.`);
  // The instance is gone or being deleted, so there is nothing left to bury.
  if (row.epoch > epoch || row.vmState === 'deleted') return;
  throw new VolvoxError('conflict', `Instance ${uuid} is not a failed build.`, {
    details: { vmState: row.vmState, operationId: row.operationId },
  });
}
