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

/** The right to upload the bytes of an image. Its calls wait for each other. */
interface UploadLease {
  /** Reserves quota for so many bytes in all. @throws VolvoxError too-large, or conflict when the lease turned out to be lost. */
  reserve(bytes: number): Promise<void>;
  /** @throws VolvoxError conflict when it was lost. */
  confirm(): Promise<void>;
  /** @returns false when it was lost: the image is gone, or another upload has begun. */
  complete(stored: StoredBytes, virtualSizeBytes: number | null): Promise<boolean>;
  giveUp(): Promise<void>;
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
  let upload = { imageId: image.id, expiresAt: clock.now() + LEASE_MS };
  let reserved = 0;
  let isLost = false;
  if (!(await beginUpload(directory, upload, quota()))) {
    throw new VolvoxError('conflict', `Image status transition from ${image.status} to saving is not allowed`);
  }
  const gone = () => new VolvoxError('conflict', `Image ${image.id} was deleted, or another upload has begun.`);

  let last: Promise<unknown> = Promise.resolve();
  /** Each change names the expiry that the one before it wrote. */
  const inTurn = <R>(work: () => Promise<R>): Promise<R> => {
    const mine = last.then(work);
    last = mine.catch(() => undefined);
    return mine;
  };
  const renew = (): Promise<boolean> =>
    inTurn(async () => {
      const expiresAt = clock.now() + LEASE_MS;
      if (expiresAt <= upload.expiresAt) return true;
      if (!(await renewUpload(directory, upload, expiresAt))) return false;
      upload = { ...upload, expiresAt };
      return true;
    });
  const timer = setInterval(() => {
    renew().then(
      (renewed) => {
        isLost ||= !renewed;
      },
      (error) => log.warn({ err: error, imageId: image.id }, 'upload lease not renewed'),
    );
  }, RENEW_EVERY_MS);

  return {
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
    confirm: async () => {
      clearInterval(timer);
      if (!(await renew())) throw gone();
    },
    complete: ({ sizeBytes, hashes }, virtualSizeBytes) =>
      completeUpload(directory, upload, {
        sizeBytes,
        virtualSizeBytes,
        md5: hashes.md5 ?? null,
        sha256: hashes.sha256 ?? null,
        at: timestamp(clock.now()),
      }),
    giveUp: async () => {
      clearInterval(timer);
      await inTurn(() => giveUpUpload(directory, upload));
    },
  };
}
