import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, chown, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Dispatcher } from 'undici';
import { messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import { exists } from '#platform/files/exists.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { Image } from '#platform/objects/image.ts';
import { untilAborted } from '#platform/time/until-aborted.ts';
import { syncFolder } from '../../../agent/atomic-file.ts';
import type { BlockSource } from '../../disk-transfer/block-source.ts';
import type { BufferPool } from '../../disk-transfer/buffer-pool.ts';
import type { CopiedDisk } from '../../disk-transfer/disk-manifest.ts';
import { FileDiskWriter, journalPath } from '../../disk-transfer/file-disk-writer.ts';
import { transferBlocks } from '../../disk-transfer/transfer-blocks.ts';
import type { StepContext } from '../driver.ts';
import type { DiskImages, ImageFacts } from './disk-image.ts';
import { download } from './download.ts';
import { SHA256, type UnusedImages } from './unused-images.ts';

const PARTIAL = '.partial-';
const FROM_PEER = '.from-peer';
const FROM_PEER_KEPT_MS = 86_400_000;

export interface BaseImage extends ImageFacts {
  readonly path: string;
}

/** A host that has a guest with this image; `base`: whether and how it has the image itself. */
interface ImagePeer {
  readonly blocks: BlockSource;
  readonly base: CopiedDisk | null;
  readonly buffers: BufferPool;
}

interface ImageCacheOptions {
  readonly folder: string;
  readonly diskImages: DiskImages;
  /** The user of `diskImages`, who may read the images and change none; null: the agent's own. */
  readonly readerUid: number | null;
  /** How the API is reached, where images are kept. */
  readonly downloads: Dispatcher;
  readonly unused: UnusedImages;
  readonly log: Logger;
}

/**
 * Base images by checksum: `<folder>/<sha256>`. A file with that name has that checksum: it got its name after the check. Fetched once,
 * however many guests wait for it. They are the agent's; guests get theirs opened for reading, and can open none themselves.
 */
export class ImageCache {
  readonly #options: ImageCacheOptions;
  readonly #fetching = new Map<string, Promise<void>>();
  readonly #closed = new AbortController();

  constructor(options: ImageCacheOptions) {
    this.#options = options;
  }

  /** Sweeps what a process that died was fetching. */
  async open(): Promise<void> {
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await this.#giveToReader(folder, 0o710);
    for (const name of await readdir(folder)) {
      if (await this.#isLeftOver(name)) await rm(join(folder, name));
      else await this.#giveToReader(join(folder, name), 0o640);
    }
  }

  /** What disks and images may take on this host. */
  spaceBytes(): Promise<number> {
    return this.#options.unused.spaceBytes();
  }

  /** Removes what no guest has used for too long, or what is too much. */
  sweep(): Promise<void> {
    return this.#options.unused.sweep();
  }

  /** Ends what is being fetched. */
  close(): void {
    this.#closed.abort(new Error('the agent stops'));
    void this.#options.downloads.destroy();
  }

  async has(sha256: string): Promise<boolean> {
    return await exists(this.path(sha256));
  }

  /** @throws VolvoxError invalid for what is no checksum: it would be a path. */
  path(sha256: string): string {
    if (!SHA256.test(sha256)) throw new VolvoxError('invalid', 'The checksum of the image is no SHA-256.');
    return join(this.#options.folder, sha256);
  }

  /**
   * The image, fetched if need be: from a host that is named and has it, else from where the image is kept.
   * @throws VolvoxError invalid, unsupported, not-found, forbidden: this image will never be usable here; unavailable: later perhaps.
   */
  async get(image: Image, peer: ImagePeer | null, context: StepContext): Promise<BaseImage> {
    const path = this.path(image.sha256);
    if (!(await exists(path))) await untilAborted(this.#fetchOnce(image, peer, context.progress), context.signal);
    return { path, ...(await this.#options.diskImages.checkUploaded(path, image.diskFormat)) };
  }

  /** Begins to fetch the image from where it is kept. @returns whether it is here already. @throws VolvoxError invalid. */
  async prefetch(image: Image): Promise<boolean> {
    if (await this.has(image.sha256)) return true;
    this.#fetchOnce(image, null, () => undefined).catch((error: unknown) => {
      this.#options.log.warn(
        { image: image.id, reason: messageOf(error) },
        'a base image cannot be fetched in advance',
      );
    });
    return false;
  }

  /** Not ended by whoever waits: others may wait too, and the next attempt will want it. */
  #fetchOnce(image: Image, peer: ImagePeer | null, progress: (percent: number) => void): Promise<void> {
    const under = this.#fetching.get(image.sha256);
    if (under !== undefined) return under;
    const fetching = this.#options.unused
      .within(image.sizeBytes, () => this.#fetch(image, peer, progress))
      .finally(() => this.#fetching.delete(image.sha256));
    this.#fetching.set(image.sha256, fetching);
    return fetching;
  }

  async #fetch(image: Image, peer: ImagePeer | null, progress: (percent: number) => void): Promise<void> {
    const { folder, downloads: dispatcher, log } = this.#options;
    const { sha256, sizeBytes } = image;
    const startedAt = Date.now();
    const base = peer?.base ?? null;
    // A host of another cell may name any length; what it sends is checked only when all of it is here.
    const isIt = base?.version === sha256 && base.bytes === sizeBytes;
    const fromPeer =
      isIt && peer !== null && base !== null ? await this.#fetchFromPeer(image, peer, base, progress) : null;
    const fetched = fromPeer ?? join(folder, `${sha256}${PARTIAL}${randomUUID().slice(0, 8)}`);
    const { signal } = this.#closed;
    signal.throwIfAborted();
    if (fromPeer === null) {
      await download(fetched, {
        ...{ dispatcher, sha256, sizeBytes, progress, signal },
        ...{ url: image.url, ticket: image.ticket },
      });
    }
    await this.#giveToReader(fetched, 0o640);
    await this.#options.diskImages.checkUploaded(fetched, image.diskFormat).catch(async (error: unknown) => {
      await rm(fetched, { force: true });
      throw error;
    });
    await rename(fetched, this.path(sha256));
    await this.#forgetHalf(sha256);
    await syncFolder(folder);
    log.info(
      { image: image.id, sizeBytes, ms: Date.now() - startedAt, fromPeer: fromPeer !== null },
      'base image here',
    );
  }

  /** In blocks, so that it goes on where it was. null: it could not be had there. */
  async #fetchFromPeer(
    { id, sha256 }: Image,
    peer: ImagePeer,
    base: CopiedDisk,
    progress: (percent: number) => void,
  ): Promise<string | null> {
    const inWork = this.#fromPeer(sha256);
    try {
      await transferBlocks({
        source: peer.blocks,
        buffers: peer.buffers,
        disks: [base],
        writerOf: () => new FileDiskWriter(inWork, sha256),
        signal: this.#closed.signal,
        progress: (bytes) => progress(Math.floor((bytes * 100) / Math.max(1, base.bytes))),
      });
      await rm(journalPath(inWork), { force: true });
      const got = await fileSha256(inWork);
      if (got === sha256) return inWork;
      await this.#forgetHalf(sha256);
      throw new VolvoxError('invalid', `It has SHA-256 ${got}.`);
    } catch (error) {
      this.#options.log.info({ image: id, reason: messageOf(error) }, 'the other host does not give the base image');
      return null;
    }
  }

  #fromPeer(sha256: string): string {
    return join(this.#options.folder, `${sha256}${FROM_PEER}`);
  }

  async #forgetHalf(sha256: string): Promise<void> {
    const inWork = this.#fromPeer(sha256);
    for (const path of [journalPath(inWork), inWork]) await rm(path, { force: true });
  }

  async #giveToReader(path: string, mode: number): Promise<void> {
    const { readerUid } = this.#options;
    if (readerUid === null) return;
    await chown(path, 0, readerUid);
    await chmod(path, mode);
  }

  /** What a process that died was downloading; what it was copying is gone on with, if anybody asks within a day. */
  async #isLeftOver(name: string): Promise<boolean> {
    if (!name.includes(FROM_PEER)) return name.includes(PARTIAL);
    const { mtimeMs } = await stat(join(this.#options.folder, name));
    return Date.now() - mtimeMs > FROM_PEER_KEPT_MS;
  }
}

async function fileSha256(path: string): Promise<string> {
  const sum = createHash('sha256');
  await pipeline(createReadStream(path), sum);
  return sum.digest('hex');
}
