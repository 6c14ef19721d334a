import type { Readable } from 'node:stream';
import type { ImageRecord } from '#platform/directory/stores/images.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { BOOT_FORMATS } from '#platform/objects/image.ts';
import { HttpFault } from '../../http/http-fault.ts';
import { StoreFull } from '../store/disk-reserve.ts';
import { checkFormat } from '../store/image-format.ts';
import type { HashAlgorithm, PendingBytes } from '../store/image-store.ts';
import { checkHashes, type ExpectedHashes } from './expected-hashes.ts';
import { pacedBody } from './paced-body.ts';
import { takeLease, type UploadDeps, type UploadLease } from './upload-lease.ts';

/** The bytes that a client sends. */
interface ImageBody {
  readonly source: Readable;
  /** How many will come, as the client says; null: it does not say. */
  readonly announcedBytes: number | null;
  /** Ends the upload. */
  readonly signal: AbortSignal;
}

/**
 * Stores and checks the bytes of an image, and makes the image active. On failure it stores nothing and leaves the image unchanged.
 * Meanwhile the row is `saving` under a lease, which refuses a second upload and allows one after a crash. Each upload stores under a name of
 * its own, so that one which lost its lease without noticing touches no bytes but its own. After a crash the image is either active, with
 * these bytes, or waits for its bytes again when the lease is over; `abandonedUploads` and `orphanedBytes` remove what is left.
 * @throws VolvoxError invalid (a format that servers cannot boot from; wrong format or checksum), conflict (it has bytes, or an upload is in
 * progress), too-large (for the configuration or a quota of the project). @throws HttpFault 507 when the store keeps no space for it; 408
 * when the bytes come too slowly.
 */
export async function uploadImage(deps: UploadDeps, image: ImageRecord, body: ImageBody): Promise<void> {
  if (image.diskFormat === null || image.containerFormat === null) {
    throw new VolvoxError(
      'invalid',
      "Properties 'disk_format' and 'container_format' must be set prior to saving data. Set them with PATCH first.",
    );
  }
  const diskFormat = image.diskFormat;
  refuseUnbootable(diskFormat);
  const lease = await takeLease(deps, image);
  try {
    const pending = await received(deps, image, body, lease);
    try {
      checkHashes(image.expectedHashes, pending.stored);
      const virtualSizeBytes = checkFormat(diskFormat, pending.stored.head, pending.stored.sizeBytes);
      await pending.keep();
      await lease.complete(pending.stored, virtualSizeBytes);
    } catch (error) {
      // Whether the image has the bytes may be unknown. Then they stay until that is known: `orphanedBytes` asks again.
      if (await lease.giveUp()) return;
      await pending.discard();
      throw error;
    }
    await pending.showToOldReleases().catch((error: unknown) => {
      deps.log.warn({ err: error, imageId: image.id }, 'api processes of the release before cannot read this image');
    });
  } catch (error) {
    await lease.giveUp();
    throw error;
  }
}

async function received(
  { config, imageStore }: UploadDeps,
  image: ImageRecord,
  { source, announcedBytes, signal }: ImageBody,
  lease: UploadLease,
): Promise<PendingBytes> {
  await lease.reserve(announcedBytes ?? 0);
  const expected: ExpectedHashes = image.expectedHashes;
  const algorithms = [...new Set<HashAlgorithm>(['md5', 'sha256', ...(Object.keys(expected) as HashAlgorithm[])])];
  return imageStore
    .receive({ imageId: image.id, blobId: lease.uploadId }, pacedBody(source, signal), {
      maxBytes: config.imageMaxMb * 1024 * 1024,
      announcedBytes,
      algorithms,
      admit: lease.reserve,
    })
    .catch(outOfSpace);
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

function outOfSpace(error: unknown): never {
  if (error instanceof StoreFull) throw new HttpFault(507, error.message);
  throw error;
}
