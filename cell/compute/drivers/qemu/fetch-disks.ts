import type { Dispatcher } from 'undici';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { GuestSpec } from '#platform/objects/guest.ts';
import { httpBlockSource } from '../../disk-transfer/block-source.ts';
import type { BufferPool } from '../../disk-transfer/buffer-pool.ts';
import { diskFile } from '../../disk-transfer/disk-file.ts';
import { COPIED_NAMES, type CopiedName } from '../../disk-transfer/disk-manifest.ts';
import { FileDiskWriter } from '../../disk-transfer/file-disk-writer.ts';
import { RetryBudget } from '../../disk-transfer/retry-budget.ts';
import { transferBlocks } from '../../disk-transfer/transfer-blocks.ts';
import { checkUnchanged } from '../../disk-transfer/unchanged.ts';
import type { StepContext } from '../driver.ts';
import { checkSizes } from './disk-sizes.ts';
import { COPIED_FILES } from './guest-disk-reader.ts';
import { inWorkPath, type StateFolders } from './guest-folder.ts';
import type { BaseImage, ImageCache } from './image-cache.ts';

interface FetchDisksOptions {
  readonly folders: StateFolders;
  readonly images: ImageCache;
  readonly dispatcher: Dispatcher;
  readonly buffers: BufferPool;
  /** The guest that receives the disks. */
  readonly guestId: string;
  readonly spec: GuestSpec;
  readonly source: NonNullable<GuestSpec['diskSource']>;
  /** What it takes over, of what the source has. */
  readonly names: readonly CopiedName[];
}

/**
 * Fetches the disks of a guest from its host into `<file>.in-work`, whole and checked, and the base image unless it is here. What an
 * attempt that was cut off had is taken over.
 *
 * @throws VolvoxError as copyBlocks; not-found when the guest has no root disk there.
 */
export async function fetchDisks(
  options: FetchDisksOptions,
  { signal, progress }: StepContext,
): Promise<{ copied: readonly CopiedName[]; base: BaseImage }> {
  const { folders, images, buffers, guestId, spec, source, names } = options;
  const blocks = httpBlockSource({
    url: source.url,
    guestId: source.guestId,
    ticket: source.ticket ?? '',
    dispatcher: options.dispatcher,
  });
  const retryBudget = new RetryBudget();
  const manifest = await retryBudget.ask(() => blocks.manifest(signal), signal);
  const disks = manifest.disks.filter(({ name }) => names.some((one) => one === name));
  if (!disks.some(({ name }) => name === 'disk')) {
    throw new VolvoxError('not-found', `Guest ${source.guestId} has no root disk there.`);
  }
  // What an earlier attempt has fetched has taken its space already.
  const here = await diskFile(inWork('disk'));
  checkSizes(disks, spec, (await images.spaceBytes()) + (here?.allocatedBytes ?? 0));
  const baseBytes = (await images.has(spec.image.sha256)) ? 0 : spec.image.sizeBytes;
  const allBytes = baseBytes + disks.reduce((sum, disk) => sum + disk.bytes, 0);
  const told = (bytes: number): void => progress(Math.floor((bytes * 100) / Math.max(1, allBytes)));
  const base = await images.get(
    spec.image,
    { blocks, base: manifest.base, buffers },
    { signal, progress: (percent) => told((baseBytes * percent) / 100) },
  );
  await transferBlocks({
    source: blocks,
    disks,
    writerOf: (disk) => new FileDiskWriter(inWork(disk.name), source.guestId),
    signal,
    progress: (bytes) => told(baseBytes + bytes),
    retryBudget,
    buffers,
  });
  await checkUnchanged(blocks, disks, retryBudget, signal);
  return { copied: COPIED_NAMES.filter((name) => disks.some((disk) => disk.name === name)), base };

  function inWork(name: string): string {
    return inWorkPath(folders.file(guestId, COPIED_FILES[name as CopiedName]));
  }
}
