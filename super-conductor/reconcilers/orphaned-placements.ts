import {
  listOrphanedPlacements,
  type OrphanedPlacement,
  removeOrphanedPlacement,
} from '#platform/directory/stores/orphaned-placements.ts';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import type { GlobalDeps } from '../deps.ts';

/** A question to a door is answered or dropped after so long at the latest, ms. */
const UNDER_WAY_MS = 15_000;
/** How many of one cell are taken in a round. */
const MAX_PER_CELL = 500;

/**
 * A build is stray if a cell may hold it under an epoch below the one of its home: the cell was asked, its answer was lost, and another
 * cell was asked under a higher epoch. The cell is told to forget it once its question can no longer be under way. The home itself is
 * at a higher epoch, and the door looks at the epoch, so nothing else is ever touched.
 */
export function orphanedPlacements(deps: GlobalDeps): Reconciler {
  const { directory, cells, clock } = deps;
  const release = async (cellId: string, placements: readonly OrphanedPlacement[]): Promise<void> => {
    const door = cells.find(cellId)?.door;
    if (door === undefined) return;
    for (const placement of placements) {
      try {
        await door.releaseBuild({ uuid: placement.instanceUuid, epoch: placement.epoch });
      } catch (error) {
        // A cell that does not answer is asked again at the next round, all of its strays together.
        if (!isVolvoxError(error, 'not-found')) return;
      }
      await directory.transaction((tx) => removeOrphanedPlacement(tx, placement));
    }
  };
  return {
    name: 'stray builds',
    everyMs: 1_000,
    reconcile: async () => {
      const placements = await listOrphanedPlacements(directory.read, clock.now() - UNDER_WAY_MS, MAX_PER_CELL);
      const byCell = Map.groupBy(placements, (placement) => placement.cellId);
      await Promise.all([...byCell].map(([cellId, ofCell]) => release(cellId, ofCell)));
    },
  };
}
