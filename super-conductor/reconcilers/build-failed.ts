import type { Notice } from '#platform/contracts/door.ts';
import { schedulingRequestOf } from '#platform/contracts/scheduling-request.ts';
import type { CellDoor } from '#platform/directory/cell-doors.ts';
import { reopenHome } from '#platform/directory/stores/home-transitions.ts';
import {
  beginRouting,
  getHomeWithBuild,
  type HomeWithBuild,
  ROUTE_BUILD,
} from '#platform/directory/stores/instance-homes.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Fault } from '#platform/objects/instance.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { GlobalDeps } from '../deps.ts';
import type { RouteBuildParams } from '../operations/route-build.ts';
import { hintsWithHosts } from '../placing/near-servers.ts';

/** In how many cells a build is tried at most. */
const MOST_CELLS = 3;

/**
 * No host of this cell could build it. If another cell has room, the home becomes an accepted build again, under a higher epoch, and the
 * copy here is a stray, to be forgotten; otherwise it stays here and becomes ERROR with the cell's own reason.
 * @returns the id of the operation that places it anew, to be woken; null when there is none.
 * @throws VolvoxError while nothing can be said (the notice stays, and comes again).
 */
export async function buildFailed(notice: Notice, cell: CellDoor, deps: GlobalDeps): Promise<string | null> {
  const { directory, clock } = deps;
  const { instanceUuid: uuid, epoch } = notice;
  const home = await getHomeWithBuild(directory.read, uuid);
  // The cell may be quicker than the directory's own record of the home: the notice comes again.
  if (home?.state === 'accepted' && home.placingCellId === cell.id && home.epoch === epoch) {
    throw new VolvoxError('unavailable', `Instance ${uuid} is not recorded in its cell yet.`);
  }
  if (home === null || home.state !== 'homed' || home.cellId !== cell.id || home.epoch !== epoch) return null;

  const tried = [...new Set([...(await triedCells(uuid, deps)), cell.id])];
  if (tried.length < MOST_CELLS && (await hasRoomElsewhere(home, tried, deps))) {
    return directory.transaction(async (tx) => {
      if (!(await reopenHome(tx, uuid, { cellId: cell.id, epoch }, clock.now()))) return null;
      const [id] = await beginRouting(tx, [home.build], clock.now(), tried);
      return id ?? null;
    });
  }
  await cell.door.buryBuild({ uuid, epoch, fault: exhausted(notice, clock.now()) }).catch((error) => {
    // Gone, or no failed build any more: there is nothing left to answer.
    if (!isVolvoxError(error, 'not-found') && !isVolvoxError(error, 'conflict')) throw error;
  });
  return null;
}

/** Where it was before: in the parameters of the operations that placed it. */
async function triedCells(uuid: string, { directory }: GlobalDeps): Promise<readonly string[]> {
  const rows = await directory.read
    .selectFrom('operations')
    .select('params')
    .where('subject', '=', uuid)
    .where('kind', '=', ROUTE_BUILD.kind)
    .execute();
  return rows.flatMap((row) => (JSON.parse(row.params) as RouteBuildParams).triedCellIds ?? []);
}

async function hasRoomElsewhere(home: HomeWithBuild, tried: readonly string[], deps: GlobalDeps): Promise<boolean> {
  const request = schedulingRequestOf(home.build, {
    alternates: 0,
    ignoreCellIds: [...tried],
    schedulerHints: await hintsWithHosts(home.build, deps),
  });
  return (await deps.decide(request)).places.length > 0;
}

const exhausted = (notice: Notice, now: number): Fault => ({
  code: 500,
  message: `Exceeded maximum number of retries. Exhausted all hosts available for retrying build failures for instance ${notice.instanceUuid}.`,
  details: notice.fault === null ? null : [notice.fault.message, notice.fault.details].filter(Boolean).join('\n'),
  createdAt: timestamp(now),
});
