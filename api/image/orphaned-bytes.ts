import type { Directory } from '#platform/directory/directory.ts';
import { existingImages } from '#platform/directory/stores/images.ts';
import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { ImageStore } from './store/image-store.ts';

const EVERY_MS = 3600_000;
/** Longer than any moment between keeping the bytes and recording them. */
const OLDER_THAN_MS = 24 * 3600_000;

/** Bytes are orphaned if the directory knows no image of their id: the process died between deleting the one and the other. */
export const orphanedBytes = (options: {
  readonly directory: Directory;
  readonly imageStore: ImageStore;
  readonly log: Logger;
}): Reconciler => ({
  name: 'orphaned image bytes',
  everyMs: EVERY_MS,
  reconcile: async () => {
    const { directory, imageStore, log } = options;
    const ids = await imageStore.list(OLDER_THAN_MS);
    const known = await existingImages(directory.read, ids);
    for (const id of ids.filter((candidate) => !known.has(candidate))) {
      await imageStore.remove(id);
      log.info({ imageId: id }, 'removed the bytes of an image that is gone');
    }
  },
});
