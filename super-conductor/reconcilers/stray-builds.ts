import { listStrays, removeStray, type StrayBuild } from '#platform/directory/stores/stray-builds.ts';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import type { GlobalDeps } from '../deps.ts';

/** A question to a door is answered or dropped after so long at the latest, ms. */
const UNDER_WAY_MS = 15_000;
/** How many of one cell are taken in a round. */
const MOST_OF_A_CELL = 500;

/**
 * A build is stray if a cell may hold it under an epoch below the one of its home: the cell was asked, its answer was lost, and another
 * cell was asked under a higher epoch. The cell is told to forget it once its question can no longer be under way. The home itself is
 * at a higher epoch, and the door looks at the epoch, so nothing else is ever touched.
 */
export function strayBuilds(deps: GlobalDeps): Reconciler {
  const { directory, cells, clock } = deps;
  const release = async (cellId: string, strays: readonly StrayBuild[]): Promise<void> => {
    const door = cells.find(cellId)?.door;
    if (door === undefined) return;
    for (const stray of strays) {
      try {
        await door.releaseBuild({ uuid: stray.instanceUuid, epoch: stray.epoch });
      } catch (error) {
        // A cell that does not answer is asked again at the next round, all of its strays together.
        if (!isVolvoxError(error, 'not-found')) return;
      }
      await directory.transaction((tx) => removeStray(tx, stray));
    }
  };
  return {
    name: 'stray builds',
    everyMs: 1_000,
    reconcile: async () => {
      const strays = await listStrays(directory.read, clock.now() - UNDER_WAY_MS, MOST_OF_A_CELL);
      const byCell = Map.groupBy(strays, (stray) => stray.cellId);
      await Promise.all([...byCell].map(([cellId, ofCell]) => release(cellId, ofCell)));
    },
  };
}
