import type { Notice } from '#platform/contracts/door.ts';
import { endHome } from '#platform/directory/stores/homes/deleting.ts';
import { lockHome } from '#platform/directory/stores/homes/get-homes.ts';
import type { GlobalDeps } from '../deps.ts';

/**
 * The copy in this cell is gone. If that copy was the instance (its home is this cell at this epoch), quota, ports and home are
 * released in one transaction; the notice of an older copy changes nothing.
 */
export async function instanceDeleted(notice: Notice, cellId: string, deps: GlobalDeps): Promise<void> {
  const { directory, clock } = deps;
  await directory.transaction(async (tx) => {
    const home = await lockHome(tx, notice.instanceUuid);
    if (home === null || home.epoch !== notice.epoch) return;
    if (home.cellId !== cellId && home.placingCellId !== cellId) return;
    await endHome(tx, home, clock.now());
  });
}
