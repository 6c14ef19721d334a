import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, chown, rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { GuestWanted } from '#platform/objects/guest.ts';
import { syncFolder } from '../../../agent/atomic-file.ts';
import { runCommand } from '../../../agent/run-command.ts';
import { diskPath, SHA256_HEADER } from '../../guest-data.ts';
import type { DiskStream, StepContext } from '../driver.ts';
import { makeConfigDrive } from './config-drive.ts';
import type { DiskImages } from './disk-image.ts';
import { download } from './download.ts';
import type { StateFolders } from './guest-folder.ts';
import { type BaseImage, exists, type ImageCache } from './image-cache.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const COPY_DEADLINE_MS = 3_600_000;

export interface GuestDisksOptions {
  readonly folders: StateFolders;
  readonly images: ImageCache;
  readonly diskImages: DiskImages;
  readonly agentKey: { reveal(): string };
  /** Whom the disks belong to: QEMU opens them anew, as that user, when it resumes. 0: the agent's own. */
  readonly uid: number;
  /** Whether a guest of this host runs; a disk is copied only while its guest does not. */
  readonly isDown: (guestId: string) => Promise<boolean>;
}

/** The disks of guests: overlays on cached base images, made under another name and renamed when whole; the root disk last. */
export class GuestDisks {
  readonly #options: GuestDisksOptions;
  constructor(options: GuestDisksOptions) {
    this.#options = options;
  }

  async prepare(wanted: GuestWanted, context: StepContext): Promise<void> {
    const { folders, images } = this.#options;
    const { guestId, spec } = wanted;
    const disk = folders.file(guestId, 'disk');
    if (await exists(disk)) return;
    const base = await images.get(spec.image, spec.diskSource?.url ?? null, context);
    if (spec.configDrive) await makeConfigDrive(folders.file(guestId, 'configDrive'), spec);
    await this.#makeExtraDisks(wanted);
    const inWork = `${disk}.in-work`;
    await rm(inWork, { force: true });
    if (spec.diskSource === null) await this.#makeOverlay(inWork, base, wanted);
    else await this.#copy(inWork, base, wanted, context);
    context.signal.throwIfAborted();
    await this.#finish(inWork, disk);
    await syncFolder(folders.guest(guestId));
  }

  /** @throws VolvoxError not-found, conflict while the guest runs. */
  async open(guestId: string): Promise<DiskStream> {
    const path = this.#options.folders.file(guestId, 'disk');
    if (!(await exists(path))) throw new VolvoxError('not-found', `No disk of guest ${guestId} is here.`);
    await this.#checkDown(guestId);
    return await openFile(path);
  }

  async #makeOverlay(path: string, base: BaseImage, { spec }: GuestWanted): Promise<void> {
    const sizeBytes = spec.rootGb === 0 ? base.virtualBytes : spec.rootGb * GIB;
    if (sizeBytes < base.virtualBytes) {
      throw new VolvoxError(
        'invalid',
        `Flavor's disk is too small for requested image. Flavor disk is ${sizeBytes} bytes, image is ${base.virtualBytes} bytes.`,
      );
    }
    await this.#options.diskImages.createOverlay(path, base, sizeBytes);
  }

  async #copy(path: string, base: BaseImage, { spec, hostName }: GuestWanted, context: StepContext): Promise<void> {
    const { diskImages, folders, agentKey } = this.#options;
    const source = spec.diskSource;
    if (source === null) return;
    const local = folders.file(source.guestId, 'disk');
    if (source.hostName === hostName || (await exists(local))) {
      await this.#checkDown(source.guestId);
      const options = { deadlineMs: COPY_DEADLINE_MS, signal: context.signal };
      await runCommand('cp', ['--reflink=auto', '--sparse=always', local, path], options);
    } else {
      const url = new URL(diskPath(source.guestId), source.url).href;
      const { progress, signal } = context;
      await download(
        path,
        { url, ticket: agentKey.reveal(), sha256: null, sizeBytes: 0, progress, signal },
        SHA256_HEADER,
      );
    }
    await diskImages.setBase(path, base);
    const now = await diskImages.virtualBytes(path);
    const sizeBytes = spec.rootGb === 0 ? now : spec.rootGb * GIB;
    if (sizeBytes < now) throw new VolvoxError('invalid', `A disk of ${now} bytes can't be made ${sizeBytes} bytes.`);
    if (sizeBytes > now) await diskImages.grow(path, sizeBytes);
  }

  /** Their content is not copied from another host: a guest that has some there is refused rather than given empty ones. */
  async #makeExtraDisks({ guestId, hostName, spec }: GuestWanted): Promise<void> {
    const { folders, diskImages } = this.#options;
    const extra = [
      ['ephemeral', spec.ephemeralGb * GIB],
      ['swap', spec.swapMb * MIB],
    ] as const;
    for (const [name, sizeBytes] of extra) {
      const path = folders.file(guestId, name);
      if (sizeBytes === 0 || (await exists(path))) continue;
      const old = spec.diskSource === null ? null : folders.file(spec.diskSource.guestId, name);
      if (name === 'ephemeral' && spec.diskSource !== null && spec.diskSource.hostName !== hostName) {
        throw new VolvoxError('unsupported', 'A guest with an ephemeral disk can not be copied to another host.');
      }
      if (old !== null && (await exists(old))) {
        await runCommand('cp', ['--reflink=auto', '--sparse=always', old, `${path}.in-work`], {
          deadlineMs: COPY_DEADLINE_MS,
        });
        if ((await diskImages.virtualBytes(`${path}.in-work`)) < sizeBytes) {
          await diskImages.grow(`${path}.in-work`, sizeBytes);
        }
      } else await diskImages.createEmpty(`${path}.in-work`, sizeBytes);
      await this.#finish(`${path}.in-work`, path);
    }
  }

  async #finish(inWork: string, path: string): Promise<void> {
    const { uid } = this.#options;
    await chmod(inWork, 0o600);
    if (uid > 0) await chown(inWork, uid, uid);
    await rename(inWork, path);
  }

  async #checkDown(guestId: string): Promise<void> {
    if (!(await this.#options.isDown(guestId))) {
      throw new VolvoxError('conflict', `Guest ${guestId} runs; its disk can be copied when it is down.`);
    }
  }
}

/** A file with its checksum, read twice: the sum goes before the bytes. */
export async function openFile(path: string): Promise<DiskStream> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  const { size } = await stat(path);
  return { stream: createReadStream(path), sizeBytes: size, sha256: hash.digest('hex') };
}
