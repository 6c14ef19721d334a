import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { DiskReserve, freeBytes, StoreFull } from './disk-reserve.ts';
import type { ImageStore, PendingBytes, ReceiveOptions, StoredBytes } from './image-store.ts';

/** As far as the magic of an ISO 9660 image, and a little beyond. */
const HEAD_BYTES = 64 * 1024;
const IMAGE_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface FileImageStoreOptions {
  /** Uploads leave so much of the disk free. */
  readonly reserveBytes?: number;
  readonly free?: () => Promise<number>;
}

/** A part of an upload that has not changed for so long belongs to a process that died; a live connection is cut much earlier. */
const PARTIAL_IDLE_MS = 3600_000;

/**
 * Stores each image in one file, in a folder that all api processes share. An upload writes to a temporary name, syncs, and renames, so a file
 * whose name is an id always has the whole image.
 */
export class FileImageStore implements ImageStore {
  readonly #folder: string;
  readonly #disk: DiskReserve;

  /** @param free how much of the disk may still be used, bytes. */
  constructor(folder: string, { reserveBytes = 0, free = () => freeBytes(folder) }: FileImageStoreOptions = {}) {
    this.#folder = folder;
    this.#disk = new DiskReserve(reserveBytes, free);
  }

  async receive(imageId: string, source: Readable, options: ReceiveOptions): Promise<PendingBytes> {
    const final = this.#path(imageId);
    await mkdir(this.#folder, { recursive: true, mode: 0o750 });
    if (options.announcedBytes !== null) refuseLarger(options, options.announcedBytes);
    const disk = await this.#disk.begin(options.announcedBytes ?? 0);
    const pending = join(this.#folder, `upload-${randomUUID()}`);
    try {
      const stored = await writeMeasured(pending, source, {
        ...options,
        admit: async (total, bytes) => {
          refuseLarger(options, total);
          await options.admit(total);
          await disk.write(bytes);
        },
      });
      return {
        stored,
        keep: async () => {
          await rename(pending, final);
          await syncFolder(this.#folder);
        },
        discard: () => rm(pending, { force: true }),
      };
    } catch (error) {
      await rm(pending, { force: true });
      throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? new StoreFull({ cause: error }) : error;
    } finally {
      disk.end();
    }
  }

  async read(imageId: string, range?: { readonly start: number; readonly end: number }): Promise<Readable> {
    const path = this.#path(imageId);
    await stat(path).catch((cause) => {
      throw new VolvoxError('not-found', `The bytes of image ${imageId} are not here.`, { cause });
    });
    return createReadStream(path, { ...range, highWaterMark: 1024 * 1024 });
  }

  async remove(imageId: string): Promise<void> {
    await rm(this.#path(imageId), { force: true });
  }

  /** Also removes the temporary files of uploads that died long ago. */
  async list(olderThanMs: number): Promise<readonly string[]> {
    const now = Date.now();
    const found: string[] = [];
    for (const name of await readdir(this.#folder).catch(() => [])) {
      const path = join(this.#folder, name);
      const changed = await stat(path).then(
        (file) => file.mtimeMs,
        () => undefined,
      );
      if (changed === undefined) continue;
      if (IMAGE_ID.test(name) && changed <= now - olderThanMs) found.push(name);
      else if (name.startsWith('upload-') && changed <= now - PARTIAL_IDLE_MS) await rm(path, { force: true });
    }
    return found;
  }

  #path(imageId: string): string {
    if (!IMAGE_ID.test(imageId)) throw new VolvoxError('not-found', `Failed to find image ${imageId}`);
    return join(this.#folder, imageId);
  }
}

function refuseLarger({ maxBytes }: ReceiveOptions, bytes: number): void {
  if (bytes <= maxBytes) return;
  throw new VolvoxError('too-large', `The image is larger than the ${maxBytes} bytes that are allowed.`);
}

interface MeasureOptions extends Pick<ReceiveOptions, 'algorithms'> {
  /** Asked before the next bytes are written. @param total with them, since the beginning. */
  readonly admit: (total: number, bytes: number) => Promise<void>;
}

async function writeMeasured(path: string, source: Readable, options: MeasureOptions): Promise<StoredBytes> {
  const hashes = options.algorithms.map((algorithm) => ({ algorithm, hash: createHash(algorithm) }));
  const head: Buffer[] = [];
  let headBytes = 0;
  let sizeBytes = 0;
  const file: FileHandle = await open(path, 'wx', 0o640);
  try {
    // The request stays open after a refusal, so that its client gets the answer.
    for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      sizeBytes += chunk.length;
      await options.admit(sizeBytes, chunk.length);
      if (headBytes < HEAD_BYTES) {
        head.push(chunk.subarray(0, HEAD_BYTES - headBytes));
        headBytes += chunk.length;
      }
      for (const { hash } of hashes) hash.update(chunk);
      await writeAll(file, chunk);
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

/** The new name is on disk, not only in memory. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync().finally(() => handle.close());
}
