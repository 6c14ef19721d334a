import { renameSync } from 'node:fs';
import { readdir, rm, stat, statfs, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';

interface UnusedImagesOptions {
  /** The image cache; the names of its images are their checksums. */
  readonly folder: string;
  /** Whether a guest of this host is on this image, or is to be. */
  readonly isUsed: (sha256: string) => boolean;
  readonly maxAgeMs: number;
  readonly maxBytes: number;
  /** What images leave of the disk. */
  readonly reserveBytes: number;
  readonly log: Logger;
  readonly clock?: Clock;
  readonly freeBytes?: () => Promise<number>;
}

interface UnusedImage {
  readonly sha256: string;
  readonly bytes: number;
  readonly sinceMs: number;
}

export const SHA256 = /^[0-9a-f]{64}$/;
const UNIT_BYTES = 512;
/** While it is being removed; the cache sweeps these names at its start. */
const REMOVED = '.partial-unused';

/**
 * Base images that no guest of this host uses are kept for the next guest, but for a bounded time and up to a bounded size: otherwise whoever
 * uploads one image after another and starts a guest from each fills the disk of the host. An image is unused if no record of a guest names
 * it; since when is the time of its file, which every sweep sets for those that are used.
 */
export class UnusedImages {
  readonly #options: UnusedImagesOptions;
  readonly #clock: Clock;
  /** Of images that are being fetched. */
  #promisedBytes = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(options: UnusedImagesOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  /** Removes those that are too old, and the oldest as long as all of them are too large. */
  async sweep(): Promise<void> {
    const { maxAgeMs, maxBytes } = this.#options;
    const oldest = this.#clock.now() - maxAgeMs;
    await this.#remove((image, leftBytes) => image.sinceMs < oldest || leftBytes > maxBytes);
  }

  /**
   * Runs `fetch`, which puts an image of this size on the disk. Removes unused images if there is not enough space without.
   * @throws VolvoxError no-capacity, or what `fetch` throws.
   */
  async within(bytes: number, fetch: () => Promise<void>): Promise<void> {
    this.#promisedBytes += bytes;
    try {
      await this.#makeSpace(bytes);
      await fetch();
    } finally {
      this.#promisedBytes -= bytes;
    }
  }

  async #makeSpace(bytes: number): Promise<void> {
    let missing = -(await this.spaceBytes());
    if (missing <= 0) return;
    await this.#remove((image) => {
      const isNeeded = missing > 0;
      if (isNeeded) missing -= image.bytes;
      return isNeeded;
    });
    if ((await this.spaceBytes()) >= 0) return;
    throw new VolvoxError('no-capacity', `This host has no disk space left for an image of ${bytes} bytes.`);
  }

  /** What is free on the disk, without the reserve and what is promised to images. */
  async spaceBytes(): Promise<number> {
    const { folder, reserveBytes, freeBytes = () => freeBytesOf(folder) } = this.#options;
    // What is promised after this question takes nothing from whoever asked it.
    const takenBytes = reserveBytes + this.#promisedBytes;
    return (await freeBytes()) - takenBytes;
  }

  /** Oldest first; `leftBytes`: of all unused images that are still there. One call after the other. */
  async #remove(isToGo: (image: UnusedImage, leftBytes: number) => boolean): Promise<void> {
    const removal = this.#last.then(() => this.#removeNow(isToGo));
    // Whoever asked is told.
    this.#last = removal.catch(() => undefined);
    await removal;
  }

  async #removeNow(isToGo: (image: UnusedImage, leftBytes: number) => boolean): Promise<void> {
    const { folder, isUsed, log } = this.#options;
    const unused = await this.#unused();
    let leftBytes = unused.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const image of unused) {
      if (!isToGo(image, leftBytes)) continue;
      const path = join(folder, image.sha256);
      // Nothing comes between the question and the new name: a guest that is accepted later finds no image, and fetches it.
      if (isUsed(image.sha256)) continue;
      renameSync(path, `${path}${REMOVED}`);
      await rm(`${path}${REMOVED}`);
      leftBytes -= image.bytes;
      log.info({ sha256: image.sha256, bytes: image.bytes }, 'removed a base image that no guest uses');
    }
  }

  async #unused(): Promise<readonly UnusedImage[]> {
    const { folder, isUsed } = this.#options;
    const now = this.#clock.now() / 1_000;
    const unused: UnusedImage[] = [];
    for (const sha256 of await readdir(folder)) {
      if (!SHA256.test(sha256)) continue;
      const path = join(folder, sha256);
      if (isUsed(sha256)) await utimes(path, now, now);
      else {
        const { blocks, mtimeMs } = await stat(path);
        unused.push({ sha256, bytes: blocks * UNIT_BYTES, sinceMs: mtimeMs });
      }
    }
    return unused.toSorted((one, other) => one.sinceMs - other.sinceMs);
  }
}

async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
