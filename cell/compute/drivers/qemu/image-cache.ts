import { randomUUID } from 'node:crypto';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isVolvoxError, messageOf } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { Image } from '#platform/objects/image.ts';
import { syncFolder } from '../../../agent/atomic-file.ts';
import { baseImagePath, SHA256_HEADER } from '../../guest-data.ts';
import type { StepContext } from '../driver.ts';
import type { DiskImages, ImageFacts } from './disk-image.ts';
import { download } from './download.ts';

const PARTIAL = '.partial-';

export interface BaseImage extends ImageFacts {
  readonly path: string;
}

export interface ImageCacheOptions {
  readonly folder: string;
  readonly diskImages: DiskImages;
  readonly agentKey: { reveal(): string };
  readonly log: Logger;
}

/**
 * Base images by checksum: `<folder>/<sha256>`. A file with that name has that checksum: it got its name after the check. Fetched once,
 * however many guests wait for it.
 */
export class ImageCache {
  readonly #options: ImageCacheOptions;
  readonly #fetching = new Map<string, Promise<void>>();

  constructor(options: ImageCacheOptions) {
    this.#options = options;
  }

  /** Sweeps what a process that died was fetching. */
  async open(): Promise<void> {
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true, mode: 0o711 });
    for (const name of await readdir(folder)) if (name.includes(PARTIAL)) await rm(join(folder, name), { force: true });
  }

  path(sha256: string): string {
    return join(this.#options.folder, sha256);
  }

  /**
   * The image, fetched if need be: from another agent of the cell if one is named and has it, else from where the image is kept.
   * @throws VolvoxError invalid, unsupported, not-found, forbidden: this image will never be usable here; unavailable: later perhaps.
   */
  async get(image: Image, peerUrl: string | null, context: StepContext): Promise<BaseImage> {
    const path = this.path(image.sha256);
    if (!(await exists(path))) await untilAborted(this.#fetchOnce(image, peerUrl, context.progress), context.signal);
    return { path, ...(await this.#options.diskImages.checkUploaded(path, image.diskFormat)) };
  }

  /** Not ended by whoever waits: others may wait too, and the next attempt will want it. */
  #fetchOnce(image: Image, peerUrl: string | null, progress: (percent: number) => void): Promise<void> {
    const under = this.#fetching.get(image.sha256);
    if (under !== undefined) return under;
    const fetching = this.#fetch(image, peerUrl, progress).finally(() => this.#fetching.delete(image.sha256));
    this.#fetching.set(image.sha256, fetching);
    return fetching;
  }

  async #fetch(image: Image, peerUrl: string | null, progress: (percent: number) => void): Promise<void> {
    const { folder, agentKey, log } = this.#options;
    const { sha256, sizeBytes } = image;
    const partial = join(folder, `${sha256}${PARTIAL}${randomUUID().slice(0, 8)}`);
    const common = { sha256, sizeBytes, progress };
    const startedAt = Date.now();
    const fromPeer =
      peerUrl !== null &&
      (await download(
        partial,
        { ...common, url: new URL(baseImagePath(sha256), peerUrl).href, ticket: agentKey.reveal() },
        SHA256_HEADER,
      ).then(
        () => true,
        (error) => {
          log.info({ image: image.id, reason: messageOf(error) }, 'the other host does not give the base image');
          return false;
        },
      ));
    if (!fromPeer) await download(partial, { ...common, url: image.url, ticket: image.ticket }, SHA256_HEADER);
    await this.#options.diskImages.checkUploaded(partial, image.diskFormat).catch(async (error: unknown) => {
      await rm(partial, { force: true });
      throw error;
    });
    await rename(partial, this.path(sha256));
    await syncFolder(folder);
    log.info({ image: image.id, sizeBytes, ms: Date.now() - startedAt, fromPeer }, 'base image fetched');
  }
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Rejects with the signal's reason when it aborts first; `work` goes on for whoever else waits for it. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  return await Promise.race([work, aborted]).catch((error: unknown) => {
    // Nobody else may be listening when it fails later.
    work.catch((late: unknown) => isVolvoxError(late));
    throw error;
  });
}
