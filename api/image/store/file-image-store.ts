import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { DiskReserve, type DiskUse, freeBytes, StoreFull } from './disk-reserve.ts';
import type { BlobName, ImageStore, PendingBytes, ReceiveOptions, StoredBytes } from './image-store.ts';

/** As far as the magic of an ISO 9660 image, and a little beyond. */
const HEAD_BYTES = 64 * 1024;
/** A client that does not read what it asked for has twice as much of the memory of this process. */
const READ_BYTES = 128 * 1024;
const UUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
/** The id of the image, and of the upload. */
const BLOB = new RegExp(`^(${UUID})(?:\\.(${UUID}))?$`);

interface FileImageStoreOptions {
  /** Uploads leave so much of the disk free. */
  readonly reserveBytes?: number;
  readonly free?: () => Promise<number>;
}

/** A part of an upload that has not changed for so long belongs to a process that died; a live connection is cut much earlier. */
const PARTIAL_IDLE_MS = 3600_000;
const FULL = ['ENOSPC', 'EDQUOT'];

/**
 * Stores each upload in one file, `<image>.<upload>`, in a folder that all api processes share. An upload writes to a temporary name, syncs,
 * and renames, so a file whose name is made of ids always has the whole image.
 */
export class FileImageStore implements ImageStore {
  readonly #folder: string;
  readonly #disk: DiskReserve;

  /** @param free how much of the disk may still be used, bytes. */
  constructor(folder: string, { reserveBytes = 0, free = () => freeBytes(folder) }: FileImageStoreOptions = {}) {
    this.#folder = folder;
    this.#disk = new DiskReserve(reserveBytes, free);
  }

  async receive(name: BlobName, source: AsyncIterable<Buffer>, options: ReceiveOptions): Promise<PendingBytes> {
    const final = this.#path(name);
    await mkdir(this.#folder, { recursive: true, mode: 0o750 });
    if (options.announcedBytes !== null) refuseLarger(options, options.announcedBytes);
    const disk = await this.#disk.begin(options.announcedBytes ?? 0);
    const pending = join(this.#folder, `upload-${randomUUID()}`);
    const discard = async () => {
      await rm(pending, { force: true });
      await rm(final, { force: true });
    };
    try {
      return {
        stored: await writeMeasured(pending, source, options, disk),
        keep: async () => {
          await rename(pending, final);
          await syncFolder(this.#folder);
        },
        discard,
        showToOldReleases: () => linkAnew(final, this.#path({ ...name, blobId: null })),
      };
    } catch (error) {
      await discard();
      throw FULL.includes((error as NodeJS.ErrnoException).code ?? '') ? new StoreFull({ cause: error }) : error;
    } finally {
      disk.end();
    }
  }

  async read(name: BlobName, range?: { readonly start: number; readonly end: number }): Promise<Readable> {
    const file = await open(this.#path(name), 'r').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'ENOENT') throw cause;
      throw new VolvoxError('not-found', `The bytes of image ${name.imageId} are not here.`, { cause });
    });
    return file.createReadStream({ ...range, highWaterMark: READ_BYTES });
  }

  async remove(name: BlobName): Promise<void> {
    await rm(this.#path(name), { force: true });
  }

  /** Also removes the temporary files of uploads that died long ago. */
  async list(olderThanMs: number): Promise<readonly BlobName[]> {
    const now = Date.now();
    const found: BlobName[] = [];
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const path = join(this.#folder, name);
      const changed = await stat(path).then(
        (file) => file.mtimeMs,
        () => undefined,
      );
      if (changed === undefined) continue;
      const [, imageId, blobId = null] = BLOB.exec(name) ?? [];
      if (imageId !== undefined && changed <= now - olderThanMs) found.push({ imageId, blobId });
      else if (name.startsWith('upload-') && changed <= now - PARTIAL_IDLE_MS) await rm(path, { force: true });
    }
    return found;
  }

  #path({ imageId, blobId }: BlobName): string {
    const file = blobId === null ? imageId : `${imageId}.${blobId}`;
    if (!BLOB.test(file)) throw new VolvoxError('not-found', `Failed to find image ${imageId}`);
    return join(this.#folder, file);
  }
}

function refuseLarger({ maxBytes }: ReceiveOptions, bytes: number): void {
  if (bytes <= maxBytes) return;
  throw new VolvoxError('too-large', `The image is larger than the ${maxBytes} bytes that are allowed.`);
}

async function writeMeasured(
  path: string,
  source: AsyncIterable<Buffer>,
  options: ReceiveOptions,
  disk: DiskUse,
): Promise<StoredBytes> {
  const hashes = options.algorithms.map((algorithm) => ({ algorithm, hash: createHash(algorithm) }));
  const head: Buffer[] = [];
  let headBytes = 0;
  let sizeBytes = 0;
  const file: FileHandle = await open(path, 'wx', 0o640);
  try {
    for await (const chunk of source) {
      sizeBytes += chunk.length;
      refuseLarger(options, sizeBytes);
      await options.admit(sizeBytes);
      if (headBytes < HEAD_BYTES) {
        head.push(chunk.subarray(0, HEAD_BYTES - headBytes));
        headBytes += chunk.length;
      }
      for (const { hash } of hashes) hash.update(chunk);
      await disk.write(chunk.length, () => writeAll(file, chunk));
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return {
    sizeBytes,
    hashes: Object.fromEntries(hashes.map(({ algorithm, hash }) => [algorithm, hash.digest('hex')])),
    head: Buffer.concat(head),
  };
}

async function writeAll(file: FileHandle, chunk: Buffer): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, written);
    written += bytesWritten;
  }
}

/** Another name of a file, in place of what an upload that was never recorded left there. */
async function linkAnew(path: string, name: string): Promise<void> {
  await rm(name, { force: true });
  await link(path, name);
}

/** The new name is on disk, not only in memory. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
