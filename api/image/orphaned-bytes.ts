import type { Directory } from '#platform/directory/directory.ts';
import { uploadsOfImages } from '#platform/directory/stores/images.ts';
import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { ImageStore } from './store/image-store.ts';

const EVERY_MS = 3600_000;
/** Longer than any moment between keeping the bytes and recording them. */
const OLDER_THAN_MS = 24 * 3600_000;

/**
 * Bytes are orphaned if the directory knows no image of their id, or its image names another upload: the process died between the one and
 * the other. Bytes of an upload in progress are not, however slow it is.
 */
export const orphanedBytes = (options: {
  readonly directory: Directory;
  readonly imageStore: ImageStore;
  readonly log: Logger;
}): Reconciler => ({
  name: 'orphaned image bytes',
  everyMs: EVERY_MS,
  reconcile: async () => {
    const { directory, imageStore, log } = options;
    const names = await imageStore.list(OLDER_THAN_MS);
    const uploads = await uploadsOfImages(
      directory.read,
      names.map(({ imageId }) => imageId),
    );
    for (const name of names) {
      const { imageId, blobId } = name;
      const named = uploads.get(imageId);
      if (named !== undefined && (blobId === null || blobId === named.blobId || blobId === named.uploadId)) continue;
      await imageStore.remove(name);
      log.info({ imageId, blobId }, 'removed bytes that no image names');
    }
  },
});
