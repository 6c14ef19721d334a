import type { Directory } from '#platform/directory/directory.ts';
import { existingImages } from '#platform/directory/stores/images.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { Clock } from '#platform/time/clock.ts';
import type { ImageStore } from './store/image-store.ts';

const EVERY_MS = 3600_000;
/** Longer than any moment between keeping the bytes and recording them. */
const OLDER_THAN_MS = 24 * 3600_000;

/** Bytes are orphaned if the directory knows no image of their id: the process died between deleting the one and the other. */
export function createOrphanedBytesSweeper(options: {
  readonly directory: Directory;
  readonly imageStore: ImageStore;
  readonly log: Logger;
  readonly clock: Clock;
}): Service {
  const { directory, imageStore, log, clock } = options;
  const stopping = new AbortController();
  let sweeping: Promise<void> | undefined;

  const sweep = async () => {
    const ids = await imageStore.list(OLDER_THAN_MS);
    const known = await existingImages(directory.read, ids);
    for (const id of ids.filter((candidate) => !known.has(candidate))) {
      await imageStore.remove(id);
      log.info({ imageId: id }, 'removed the bytes of an image that is gone');
    }
  };
  const run = async () => {
    while (!stopping.signal.aborted) {
      await sweep().catch((error) => log.warn({ err: error }, 'could not look for orphaned bytes'));
      await clock.sleep(EVERY_MS, stopping.signal);
    }
  };
  return {
    name: 'orphaned image bytes',
    start: async () => {
      sweeping = run();
    },
    drain: async () => stopping.abort(),
    stop: async () => {
      stopping.abort();
      await sweeping;
    },
  };
}
