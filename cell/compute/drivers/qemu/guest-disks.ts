import { chmod, chown, rename, rm } from 'node:fs/promises';
import type { Dispatcher } from 'undici';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { exists } from '#platform/files/exists.ts';
import type { DesiredGuest, GuestSpec } from '#platform/objects/guest.ts';
import { BLANK_DISKS, type BlankDiskName, disksOf, type GuestDisk } from '#platform/objects/guest-disks.ts';
import { sourceOf } from '#platform/objects/guest-parts.ts';
import type { Image } from '#platform/objects/image.ts';
import { stableRescueOf } from '#platform/objects/image-hardware.ts';
import { syncFolder } from '../../../agent/atomic-file.ts';
import { driveFiles } from '../../../agent/metadata/drive-files.ts';
import { runCommand } from '../../../agent/run-command.ts';
import { BufferPool } from '../../disk-transfer/buffer-pool.ts';
import { COPIED_NAMES, type CopiedName } from '../../disk-transfer/disk-manifest.ts';
import { journalPath } from '../../disk-transfer/file-disk-writer.ts';
import { BLOCKS_AT_ONCE } from '../../disk-transfer/transfer-blocks.ts';
import type { MetadataOfGuest } from '../../metadata-of-guests.ts';
import type { StepContext } from '../driver.ts';
import { makeConfigDrive } from './config-drive.ts';
import type { DiskImages } from './disk-image.ts';
import { sizeFor } from './disk-sizes.ts';
import { fetchDisks } from './fetch-disks.ts';
import { formatCommand } from './format-disk.ts';
import { COPIED_FILES } from './guest-disk-reader.ts';
import { inWorkPath, type StateFolders } from './guest-folder.ts';
import type { BaseImage, ImageCache } from './image-cache.ts';
import { makeEmptyFile } from './make-empty-file.ts';

const GIB = 1024 ** 3;
const MIB = 1024 ** 2;
const COPY_DEADLINE_MS = 3_600_000;

interface GuestDisksOptions {
  readonly folders: StateFolders;
  readonly images: ImageCache;
  readonly diskImages: DiskImages;
  /** The connections to hosts that disks are copied from. */
  readonly dispatcher: Dispatcher;
  readonly metadataOf: MetadataOfGuest;
  /** Gives the guest its user and its folder; the user, or null: the agent's own. */
  readonly own: (guestId: string) => Promise<number | null>;
  /** Whether a guest of this host runs; a disk is copied only while its guest does not. */
  readonly isDown: (guestId: string) => Promise<boolean>;
}

type DiscardedName = 'disk' | 'configDrive' | 'rescue' | BlankDiskName;

/** A disk that is all there, under its other name. */
interface DiskInWork {
  readonly inWork: string;
  readonly path: string;
  readonly name: CopiedName;
  readonly spec: GuestSpec;
  readonly base: BaseImage | null;
  readonly uid: number | null;
}

/** The disks of guests: overlays on cached base images, made under another name and renamed when whole; the root disk last. */
export class GuestDisks {
  readonly #options: GuestDisksOptions;
  readonly #buffers = new BufferPool(BLOCKS_AT_ONCE);

  constructor(options: GuestDisksOptions) {
    this.#options = options;
  }

  async prepare(desired: DesiredGuest, context: StepContext): Promise<void> {
    const { folders } = this.#options;
    const { guestId, spec } = desired;
    const disk = folders.file(guestId, 'disk');
    if (await exists(disk)) return;
    const uid = await this.#options.own(guestId);
    const base = await this.#begin(desired, uid, context);
    context.signal.throwIfAborted();
    await this.#makeMissing(desired, uid);
    await this.#finish({ inWork: inWorkPath(disk), path: disk, name: 'disk', spec, base, uid });
    await syncFolder(folders.guest(guestId));
  }

  async fetchImage({ spec }: DesiredGuest, context: StepContext): Promise<void> {
    const base = await this.#options.images.get(spec.image, null, context);
    if (spec.rootGb > 0) checkFits(base, spec.rootGb * GIB);
  }

  /** Removes these files of a guest that is down; durable when it resolves. What an attempt to make them left goes too. */
  async discard(guestId: string, names: readonly DiscardedName[]): Promise<void> {
    const { folders } = this.#options;
    for (const name of names) {
      const path = folders.file(guestId, name);
      await rm(path, { force: true });
      await rm(inWorkPath(path), { force: true });
      await rm(journalPath(inWorkPath(path)), { force: true });
    }
    await syncFolder(folders.guest(guestId));
  }

  /** The disk of a rescue, from its image; it is as large as the image. One that an earlier rescue left is replaced. */
  async prepareRescue({ guestId, spec }: DesiredGuest, image: Image, context: StepContext): Promise<void> {
    const { folders, images } = this.#options;
    // What the image asks for is refused before the guest stops.
    stableRescueOf(image);
    const uid = await this.#options.own(guestId);
    const base = await images.get(image, null, context);
    if (spec.rootGb > 0) checkFits(base, spec.rootGb * GIB);
    const path = folders.file(guestId, 'rescue');
    const inWork = inWorkPath(path);
    await makeEmptyFile(inWork, uid);
    await this.#options.diskImages.as(uid).createOverlay(inWork, base, base.virtualBytes);
    await rename(inWork, path);
    await syncFolder(folders.guest(guestId));
  }

  /** Afterwards the root disk is there under its other name, and what was copied of the other disks under their own. */
  async #begin(desired: DesiredGuest, uid: number | null, context: StepContext): Promise<BaseImage> {
    const { folders, images, dispatcher } = this.#options;
    const { guestId, hostName, spec } = desired;
    const source = spec.diskSource;
    if (source === null) {
      const base = await images.get(spec.image, null, context);
      await this.#makeOverlay(inWorkPath(folders.file(guestId, 'disk')), base, desired, uid);
      return base;
    }
    const isHere = source.otherCell !== true && source.hostName === hostName;
    const names = namesFor(spec);
    const { copied, base } = isHere
      ? await this.#takeFromThisHost(guestId, source.guestId, spec, names, context)
      : await fetchDisks(
          { folders, images, dispatcher, buffers: this.#buffers, guestId, spec, source, names },
          context,
        );
    for (const name of copied) {
      if (name === 'disk') continue;
      const path = folders.file(guestId, COPIED_FILES[name]);
      const inWork = inWorkPath(path);
      if (await exists(inWork)) await this.#finish({ inWork, path, name, spec, base, uid });
    }
    return base;
  }

  async #makeOverlay(path: string, base: BaseImage, { spec }: DesiredGuest, uid: number | null): Promise<void> {
    const sizeBytes = spec.rootGb === 0 ? base.virtualBytes : spec.rootGb * GIB;
    checkFits(base, sizeBytes);
    await makeEmptyFile(path, uid);
    await this.#options.diskImages.as(uid).createOverlay(path, base, sizeBytes);
  }

  /** From another guest of this host. */
  async #takeFromThisHost(
    guestId: string,
    fromGuestId: string,
    spec: GuestSpec,
    names: readonly CopiedName[],
    context: StepContext,
  ): Promise<{ copied: readonly CopiedName[]; base: BaseImage }> {
    const { folders, images } = this.#options;
    const base = await images.get(spec.image, null, context);
    if (!(await this.#options.isDown(fromGuestId))) {
      throw new VolvoxError('conflict', `Guest ${fromGuestId} runs; its disk can be copied when it is down.`);
    }
    const copied: CopiedName[] = [];
    for (const name of names) {
      const from = folders.file(fromGuestId, COPIED_FILES[name]);
      if (name !== 'disk' && !(await exists(from))) continue;
      const inWork = inWorkPath(folders.file(guestId, COPIED_FILES[name]));
      // A new file: the program of an agent that was killed may still be writing to the old one.
      await rm(inWork, { force: true });
      const options = { deadlineMs: COPY_DEADLINE_MS, signal: context.signal };
      await runCommand('cp', ['--reflink=auto', '--sparse=always', from, inWork], options);
      copied.push(name);
    }
    return { copied, base };
  }

  /** What the guest should have and was not copied. */
  async #makeMissing({ guestId, spec, parts }: DesiredGuest, uid: number | null): Promise<void> {
    const { folders } = this.#options;
    const configDrive = folders.file(guestId, 'configDrive');
    // That of a live migration comes with the machine.
    const comes = sourceOf(parts) !== undefined;
    if (spec.configDrive && !comes && !(await exists(configDrive))) {
      await makeConfigDrive(configDrive, driveFiles(await this.#options.metadataOf(guestId)));
    }
    for (const name of BLANK_DISKS) {
      const path = folders.file(guestId, name);
      const disk = disksOf(spec).find((one) => one.name === name);
      if (disk === undefined || (await exists(path))) continue;
      const inWork = inWorkPath(path);
      await this.#makeFormatted(inWork, disk, uid);
      await this.#finish({ inWork, path, name, spec, base: null, uid });
    }
  }

  async #makeFormatted(path: string, disk: GuestDisk, uid: number | null): Promise<void> {
    const rawPath = `${path}.raw`;
    try {
      await makeEmptyFile(rawPath, uid, disk.sizeMb * MIB);
      await makeEmptyFile(path, uid);
      await this.#options.diskImages.as(uid).createFormatted(path, rawPath, formatCommand(disk));
    } finally {
      await rm(rawPath, { force: true });
    }
  }

  /** Checks what came, makes it large enough, and gives it its name. */
  async #finish({ inWork, path, name, spec, base, uid }: DiskInWork): Promise<void> {
    await chmod(inWork, 0o600);
    if (isSized(name)) {
      const overlayOn = name === 'disk' ? base : null;
      const diskImages = this.#options.diskImages.as(uid);
      if (uid !== null) await chown(inWork, uid, uid);
      await diskImages.checkOwn(inWork, overlayOn !== null);
      if (overlayOn !== null) await diskImages.setBase(inWork, overlayOn);
      const now = await diskImages.virtualBytes(inWork);
      const sizeBytes = sizeFor(name, spec);
      if (name === 'disk' && sizeBytes > 0 && sizeBytes < now) {
        throw new VolvoxError('invalid', `A disk of ${now} bytes can't be made ${sizeBytes} bytes.`);
      }
      if (sizeBytes > now) await diskImages.grow(inWork, sizeBytes);
    }
    await rm(journalPath(inWork), { force: true });
    await rename(inWork, path);
  }
}

/** A disk from an image is never larger than the flavor's. */
function checkFits({ virtualBytes }: BaseImage, sizeBytes: number): void {
  if (virtualBytes <= sizeBytes) return;
  throw new VolvoxError(
    'invalid',
    `Flavor's disk is too small for requested image. Flavor disk is ${sizeBytes} bytes, image is ${virtualBytes} bytes.`,
    { blame: 'request' },
  );
}

const isSized = (name: CopiedName): name is 'disk' | BlankDiskName =>
  name === 'disk' || BLANK_DISKS.some((blank) => blank === name);

/** The disks that a guest with this spec takes over. */
function namesFor(spec: GuestSpec): readonly CopiedName[] {
  const isUndesired = (name: CopiedName): boolean =>
    name === 'config-drive' ? !spec.configDrive : name !== 'disk' && isSized(name) && sizeFor(name, spec) === 0;
  return COPIED_NAMES.filter((name) => !isUndesired(name));
}
