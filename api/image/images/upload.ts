import type { Readable } from 'node:stream';
import type { ImageRecord } from '#platform/directory/stores/images.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { BOOT_FORMATS } from '#platform/objects/image.ts';
import { HttpFault } from '../../http/http-fault.ts';
import { StoreFull } from '../store/disk-reserve.ts';
import { checkFormat } from '../store/image-format.ts';
import type { HashAlgorithm } from '../store/image-store.ts';
import { checkHashes, type ExpectedHashes } from './expected-hashes.ts';
import { takeLease, type UploadDeps } from './upload-lease.ts';

/**
 * Stores and checks the bytes of an image, and makes the image active. On failure it stores nothing and leaves the image unchanged.
 * Meanwhile the row is `saving` under a lease, which refuses a second upload and allows one after a crash.
 * @param announcedBytes how many will come, as the client says; null: it does not say.
 * @throws VolvoxError invalid (a format that servers cannot boot from; wrong format or checksum), conflict (it has bytes, or an upload is in
 * progress), too-large (for the configuration or a quota of the project). @throws HttpFault 507 when the store keeps no space for it.
 */
export async function uploadImage(
  deps: UploadDeps,
  image: ImageRecord,
  source: Readable,
  announcedBytes: number | null,
): Promise<void> {
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
    await lease.reserve(announcedBytes ?? 0);
    const expected: ExpectedHashes = image.expectedHashes;
    const algorithms = [...new Set<HashAlgorithm>(['md5', 'sha256', ...(Object.keys(expected) as HashAlgorithm[])])];
    const options = {
      maxBytes: deps.config.imageMaxMb * 1024 * 1024,
      announcedBytes,
      algorithms,
      admit: lease.reserve,
    };
    const pending = await deps.imageStore.receive(image.id, source, options).catch(outOfSpace);
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

function outOfSpace(error: unknown): never {
  if (error instanceof StoreFull) throw new HttpFault(507, error.message);
  throw error;
}
