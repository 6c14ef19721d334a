import type { Notice } from '#platform/contracts/door.ts';
import { schedulingRequestOf } from '#platform/contracts/scheduling-request.ts';
import type { CellDoor } from '#platform/directory/cell-doors.ts';
import { beginRouting, triedCells } from '#platform/directory/stores/homes/begin-routing.ts';
import { getHomeWithBuild } from '#platform/directory/stores/homes/get-homes.ts';
import type { HomeWithBuild } from '#platform/directory/stores/homes/home.ts';
import { reopenHome } from '#platform/directory/stores/homes/placing.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { type Fault, isFaultOfRequest } from '#platform/objects/instance.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { GlobalDeps } from '../deps.ts';
import { hintsWithHosts } from '../placing/near-servers.ts';

/** In how many cells a build is tried at most. */
const MAX_CELLS = 3;

/**
 * No host of this cell could build it. If another cell has capacity, this one releases the failed build, and the home becomes an accepted
 * build again under a higher epoch; otherwise it stays here and becomes ERROR with the cell's own reason. The cell decides between this
 * and a delete that it may have accepted meanwhile: the build is placed again only after the cell has released it. If the record of a
 * release was lost, the repeated notice finds the release.
 * @returns the id of the operation that places it again, to be woken; null when none does.
 * @throws VolvoxError while this cannot be decided (the notice stays, and comes again).
 */
export async function buildFailed(notice: Notice, cell: CellDoor, deps: GlobalDeps): Promise<string | null> {
  const { directory, clock } = deps;
  const { instanceUuid: uuid, epoch } = notice;
  const home = await getHomeWithBuild(directory.read, uuid);
  // The cell may be quicker than the directory's own record of the home: the notice comes again.
  if (home?.state === 'accepted' && home.placingCellId === cell.id && home.epoch === epoch) {
    throw new VolvoxError('unavailable', `Instance ${uuid} is not recorded in its cell yet.`);
  }
  if (home === null || home.state !== 'placed' || home.cellId !== cell.id || home.epoch !== epoch) return null;

  const ofRequest = notice.fault !== null && isFaultOfRequest(notice.fault);
  const tried = [...new Set([...(await triedCells(directory.read, uuid)), cell.id])];
  const elsewhere = !ofRequest && tried.length < MAX_CELLS && (await hasCapacityElsewhere(home, tried, deps));
  if (!(elsewhere ? await releaseFailedBuild(cell, notice) : await wasReleased(cell, notice, clock.now()))) return null;
  return directory.transaction(async (tx) => {
    if (!(await reopenHome(tx, uuid, { cellId: cell.id, epoch }, clock.now()))) return null;
    const [id] = await beginRouting(tx, [home.build], clock.now(), tried);
    return id ?? null;
  });
}

/** False: it is deleted, or no failed build any more; the cell sees to it. */
async function releaseFailedBuild({ door }: CellDoor, { instanceUuid: uuid, epoch }: Notice): Promise<boolean> {
  try {
    await door.releaseBuild({ uuid, epoch, onlyFailed: true });
    return true;
  } catch (error) {
    if (isVolvoxError(error, 'conflict')) return false;
    throw error;
  }
}

/** Buries it in its cell. True: the cell had released it when this was answered before, and has nothing to bury. */
async function wasReleased({ door }: CellDoor, notice: Notice, now: number): Promise<boolean> {
  const { instanceUuid: uuid, epoch } = notice;
  try {
    await door.buryBuild({ uuid, epoch, fault: faultFor(notice, now) });
    return false;
  } catch (error) {
    if (isVolvoxError(error, 'not-found')) return true;
    // No failed build any more: there is nothing left to answer.
    if (isVolvoxError(error, 'conflict')) return false;
    throw error;
  }
}

async function hasCapacityElsewhere(home: HomeWithBuild, tried: readonly string[], deps: GlobalDeps): Promise<boolean> {
  const request = schedulingRequestOf(home.build, {
    alternates: 0,
    ignoreCellIds: [...tried],
    schedulerHints: await hintsWithHosts(home.build, deps),
  });
  return (await deps.decide(request)).candidates.length > 0;
}

/** What was asked for cannot be built anywhere: the user reads the reason as the cell tells it. */
const faultFor = (notice: Notice, now: number): Fault =>
  notice.fault !== null && isFaultOfRequest(notice.fault) ? notice.fault : exhausted(notice, now);

const exhausted = (notice: Notice, now: number): Fault => ({
  code: 500,
  message: `Exceeded maximum number of retries. Exhausted all hosts available for retrying build failures for instance ${notice.instanceUuid}.`,
  details: notice.fault === null ? null : [notice.fault.message, notice.fault.details].filter(Boolean).join('\n'),
  createdAt: timestamp(now),
});
