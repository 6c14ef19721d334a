import type { Readable } from 'node:stream';
import { beginUpload, completeUpload, giveUpUpload, renewUpload } from '#platform/directory/stores/image-uploads.ts';
import type { ImageRecord } from '#platform/directory/stores/images.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { BOOT_FORMATS } from '#platform/objects/image.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { checkFormat } from '../store/image-format.ts';
import type { HashAlgorithm, StoredBytes } from '../store/image-store.ts';
import { checkHashes, type ExpectedHashes } from './expected-hashes.ts';

/** An upload whose process died ends after this time without a heartbeat, in ms. */
const LEASE_MS = 60_000;
const RENEW_EVERY_MS = 20_000;

type Deps = Pick<ApiDeps, 'directory' | 'imageStore' | 'clock' | 'config' | 'log'>;

/**
 * Stores and checks the bytes of an image, and makes the image active. On failure it stores nothing and leaves the image unchanged.
 * Meanwhile the row is `saving` under a lease, which refuses a second upload and allows one after a crash.
 * @throws VolvoxError invalid (a format that servers cannot boot from), conflict (it has bytes, or an upload is in progress), invalid (wrong format or checksum), too-large.
 */
export async function uploadImage(deps: Deps, image: ImageRecord, source: Readable): Promise<void> {
  if (image.diskFormat === null || image.containerFormat === null) {
    throw new VolvoxError(
      'invalid',
      "Properties 'disk_format' and 'container_format' must be set prior to saving data.",
    );
  }
  const diskFormat = image.diskFormat;
  refuseUnbootable(diskFormat);
  const lease = await takeLease(deps, image);
  try {
    const expected: ExpectedHashes = image.expectedHashes;
    const algorithms = [...new Set<HashAlgorithm>(['md5', 'sha256', ...(Object.keys(expected) as HashAlgorithm[])])];
    const pending = await deps.imageStore.receive(image.id, source, {
      maxBytes: deps.config.imageMaxMb * 1024 * 1024,
      algorithms,
    });
    let virtualSizeBytes: number | null;
    try {
      checkHashes(expected, pending.stored);
      virtualSizeBytes = checkFormat(diskFormat, pending.stored.head, pending.stored.sizeBytes);
      await lease.confirm();
    } catch (error) {
      await pending.discard();
      throw error;
    }
    await pending.keep();
    if (!(await lease.complete(pending.stored, virtualSizeBytes))) {
      await deps.imageStore.remove(image.id);
      throw new VolvoxError('conflict', `Image ${image.id} was deleted while its data was uploaded.`);
    }
  } catch (error) {
    await lease.giveUp();
    throw error;
  }
}

/** Servers cannot boot from anything else, and its owner should know before the bytes are sent. @throws VolvoxError invalid. */
function refuseUnbootable(diskFormat: string): void {
  if (BOOT_FORMATS.includes(diskFormat)) return;
  throw new VolvoxError(
    'invalid',
    `Servers cannot boot from images of format ${diskFormat}; disk_format may be ${BOOT_FORMATS.join(' or ')}. ` +
      'Convert the image (qemu-img convert -O qcow2 FROM TO) and upload it as qcow2.',
  );
}

interface Lease {
  /** @throws VolvoxError conflict when it was lost. */
  confirm(): Promise<void>;
  /** @returns false when it was lost: the image is gone, or another upload has begun. */
  complete(stored: StoredBytes, virtualSizeBytes: number | null): Promise<boolean>;
  giveUp(): Promise<void>;
}

async function takeLease({ directory, clock, log }: Deps, image: ImageRecord): Promise<Lease> {
  let upload = { imageId: image.id, expiresAt: clock.now() + LEASE_MS };
  if (!(await beginUpload(directory, upload, clock.now()))) {
    throw new VolvoxError('conflict', `Image status transition from ${image.status} to saving is not allowed`);
  }

  const renew = async (): Promise<boolean> => {
    const expiresAt = clock.now() + LEASE_MS;
    if (expiresAt <= upload.expiresAt) return true;
    if (!(await renewUpload(directory, upload, expiresAt))) return false;
    upload = { ...upload, expiresAt };
    return true;
  };
  const timer = setInterval(() => {
    renew().catch((error) => log.warn({ err: error, imageId: image.id }, 'upload lease not renewed'));
  }, RENEW_EVERY_MS);

  return {
    confirm: async () => {
      clearInterval(timer);
      if (!(await renew())) {
        throw new VolvoxError('conflict', `Image ${image.id} was deleted, or another upload has begun.`);
      }
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
      await giveUpUpload(directory, upload);
    },
  };
}
