import {
  listOrphanedPlacements,
  type OrphanedPlacement,
  removeOrphanedPlacement,
} from '#platform/directory/stores/orphaned-placements.ts';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import type { GlobalDeps } from '../deps.ts';

/** The longest time until a request to a door is answered or dropped, ms. */
const UNDER_WAY_MS = 15_000;
/** How many placements of one cell a round handles, and how long it may take for them, ms: a slow cell does not delay the others. */
const MAX_PER_CELL = 500;
const ROUND_MS = 5_000;

/**
 * A placement is orphaned if a cell may have the build under a lower epoch than its home: the cell was asked, its answer was lost, and
 * another cell was asked under a higher epoch. Once the first request can no longer arrive, the cell is told to forget the build. The
 * door compares the epoch, and the home has a higher one, so nothing else is ever touched.
 */
export function orphanedPlacements(deps: GlobalDeps): Reconciler {
  const { directory, cells, clock } = deps;
  const release = async (cellId: string, placements: readonly OrphanedPlacement[]): Promise<void> => {
    const door = cells.find(cellId)?.door;
    if (door === undefined) return;
    const until = clock.now() + ROUND_MS;
    for (const placement of placements) {
      if (clock.now() > until) return;
      try {
        await door.releaseBuild({ uuid: placement.instanceUuid, epoch: placement.epoch });
      } catch (error) {
        // A cell that does not answer is asked again at the next round, for all of its placements.
        if (!isVolvoxError(error, 'not-found')) return;
      }
      await directory.transaction((tx) => removeOrphanedPlacement(tx, placement));
    }
  };
  let wereSome = false;
  return {
    name: 'orphaned placements',
    everyMs: 1_000,
    hasMore: () => wereSome,
    reconcile: async () => {
      const placements = await listOrphanedPlacements(directory.read, clock.now() - UNDER_WAY_MS, MAX_PER_CELL);
      wereSome = placements.length > 0;
      const byCell = Map.groupBy(placements, (placement) => placement.cellId);
      await Promise.all([...byCell].map(([cellId, ofCell]) => release(cellId, ofCell)));
    },
  };
}
