import type { Notice } from '#platform/contracts/door.ts';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { lockHome } from '#platform/directory/stores/homes/get-homes.ts';
import { findImages } from '#platform/directory/stores/images.ts';
import {
  deleteServerImage,
  findServerImage,
  imagesOfServer,
  type ServerImage,
} from '#platform/directory/stores/server-images.ts';
import type { GlobalDeps } from '../deps.ts';

/**
 * What became of an image that the API made for a server. The cell is believed if it is the home of that server, and about images that were
 * made for that server only. One transaction; repeating it changes nothing.
 */
export async function imageNotice(notice: Notice, cellId: string, { directory }: GlobalDeps): Promise<void> {
  const { imageId, instanceUuid } = notice;
  if (imageId === undefined) return;
  await directory.transaction(async (tx) => {
    const home = await lockHome(tx, instanceUuid);
    if (home === null || home.cellId !== cellId || home.epoch !== notice.epoch) return;
    const image = await findServerImage(tx, imageId, instanceUuid);
    if (image === null) return;
    if (notice.kind === 'image-saved') await rotate(tx, image);
    // An image that has its bytes is its user's, unless it was made to unshelve the server.
    else await deleteServerImage(tx, imageId, ({ status }) => image.kind === 'shelve' || status !== 'active');
  });
}

/** The oldest backups of one type go, beyond the number that the newest one asked for (nova.compute.manager `_rotate_backups`). */
async function rotate(tx: DirectoryTx, { imageId, instanceUuid, rotation }: ServerImage): Promise<void> {
  if (rotation === null) return;
  const made = (await imagesOfServer(tx, instanceUuid, 'backup')).map((one) => one.imageId);
  const images = await findImages(tx, made);
  const type = images.get(imageId)?.properties.backup_type;
  const backups = made.filter((id) => {
    const image = images.get(id);
    return image?.status === 'active' && image.properties.backup_type === type;
  });
  for (const id of backups.slice(rotation)) await deleteServerImage(tx, id);
}
