import { randomUUID } from 'node:crypto';
import type { ImageQuota } from '#platform/directory/stores/image-quotas.ts';
import {
  beginUpload,
  completeUpload,
  giveUpUpload,
  renewUpload,
  reserveBytes,
} from '#platform/directory/stores/image-uploads.ts';
import type { ImageRecord } from '#platform/directory/stores/images.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { imageDefaults } from '../quotas/defaults.ts';
import type { StoredBytes } from '../store/image-store.ts';

/** An upload whose process died ends after this time without a heartbeat, in ms. */
const LEASE_MS = 60_000;
const RENEW_EVERY_MS = 20_000;
/** How much quota an upload of unknown size reserves at once. */
const RESERVE_BYTES = 64 * 1024 * 1024;

export type UploadDeps = Pick<ApiDeps, 'directory' | 'imageStore' | 'clock' | 'config' | 'log'>;

/** The right to upload the bytes of an image, renewed until `complete` or `giveUp` returns. Its calls wait for each other. */
export interface UploadLease {
  /** Of this upload alone; its bytes are stored under it. */
  readonly uploadId: string;
  /** Reserves quota for so many bytes in all. @throws VolvoxError too-large, or conflict when the lease turned out to be lost. */
  reserve(bytes: number): Promise<void>;
  /**
   * Makes the image active. @throws VolvoxError conflict when the lease was lost: the image is gone, or another upload has begun; unavailable
   * when it is not known whether the image is active: `giveUp` finds out.
   */
  complete(stored: StoredBytes, virtualSizeBytes: number | null): Promise<void>;
  /** Ends the upload. @returns true when it was completed: the image has its bytes. */
  giveUp(): Promise<boolean>;
}

/** @throws VolvoxError conflict, too-large */
export async function takeLease(
  { directory, clock, config, log }: UploadDeps,
  image: ImageRecord,
): Promise<UploadLease> {
  const quota = (): ImageQuota => ({
    projectId: image.projectId,
    defaults: imageDefaults(config),
    now: clock.now(),
  });
  const upload = { imageId: image.id, uploadId: randomUUID() };
  const expiry = () => clock.now() + LEASE_MS;
  const giveUp = () => giveUpUpload(directory, upload);
  let reserved = 0;
  let isLost = false;

  const begun = await beginUpload(directory, image, { uploadId: upload.uploadId, expiresAt: expiry() }, quota()).catch(
    async (error: unknown) => {
      // It may have begun all the same. Nobody would renew its lease, so a failure here ends it a minute later.
      await giveUp().catch((cause: unknown) => log.warn({ err: cause, imageId: image.id }, 'upload not given up'));
      throw error;
    },
  );
  if (!begun) {
    throw new VolvoxError('conflict', `Image status transition from ${image.status} to saving is not allowed`);
  }
  const gone = () => new VolvoxError('conflict', `Image ${image.id} was deleted, or another upload has begun.`);

  let last: Promise<unknown> = Promise.resolve();
  /** Reservations that wait for each other count each other's bytes. */
  const inTurn = <R>(work: () => Promise<R>): Promise<R> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
  const timer = setInterval(() => {
    inTurn(() => renewUpload(directory, upload, quota(), expiry())).then(
      (renewed) => {
        isLost ||= !renewed;
      },
      (error) => log.warn({ err: error, imageId: image.id }, 'upload lease not renewed'),
    );
  }, RENEW_EVERY_MS);

  return {
    uploadId: upload.uploadId,
    reserve: async (bytes) => {
      if (isLost) throw gone();
      if (bytes <= reserved) return;
      await inTurn(async () => {
        const needed = bytes - reserved;
        const preferred = Math.max(needed, reserved === 0 ? 0 : RESERVE_BYTES);
        const granted = await reserveBytes(directory, upload, quota(), { needed, preferred });
        if (granted === 0) throw gone();
        reserved += granted;
      });
    },
    complete: ({ sizeBytes, hashes }, virtualSizeBytes) =>
      inTurn(async () => {
        const bytes = {
          sizeBytes,
          virtualSizeBytes,
          md5: hashes.md5 ?? null,
          sha256: hashes.sha256 ?? null,
          at: timestamp(clock.now()),
        };
        if (!(await completeUpload(directory, upload, quota(), bytes))) throw gone();
        clearInterval(timer);
      }),
    giveUp: () => {
      clearInterval(timer);
      return inTurn(giveUp);
    },
  };
}
