import type { Notice } from '#platform/contracts/door.ts';
import { endHome } from '#platform/directory/stores/homes/deleting.ts';
import { lockHome } from '#platform/directory/stores/homes/get-homes.ts';
import { deleteServerImage, imagesOfServer } from '#platform/directory/stores/server-images.ts';
import type { GlobalDeps } from '../deps.ts';

/**
 * The guest in this cell is gone. If the home of the instance is this cell at this epoch, one transaction releases quota, ports and home.
 * The notice of an earlier guest changes nothing.
 */
export async function instanceDeleted(notice: Notice, cellId: string, deps: GlobalDeps): Promise<void> {
  const { directory, clock } = deps;
  await directory.transaction(async (tx) => {
    const home = await lockHome(tx, notice.instanceUuid);
    if (home === null || home.epoch !== notice.epoch) return;
    if (home.cellId !== cellId && home.placingCellId !== cellId) return;
    await endHome(tx, home, clock.now());
    // Nobody can unshelve it any more.
    for (const { imageId } of await imagesOfServer(tx, home.uuid, 'shelve')) await deleteServerImage(tx, imageId);
  });
}
