import type { Directory } from '#platform/directory/directory.ts';
import { giveUpDeadUploads } from '#platform/directory/stores/image-uploads.ts';
import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { Clock } from '#platform/time/clock.ts';

const EVERY_MS = 60_000;
/** An upload whose process could not renew its lease for a while, and lives, goes on within this time after it. */
const GRACE_MS = 5 * 60_000;

/** An upload is abandoned if its lease has been over for GRACE_MS: its process died. Its image waits for its bytes again. */
export const abandonedUploads = (options: {
  readonly directory: Directory;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Logger;
}): Reconciler => ({
  name: 'abandoned uploads',
  everyMs: EVERY_MS,
  reconcile: async () => {
    const { directory, clock, log } = options;
    const images = await giveUpDeadUploads(directory, clock.now() - GRACE_MS);
    if (images > 0) log.info({ images }, 'images wait for their bytes again, since their uploads have died');
  },
});
