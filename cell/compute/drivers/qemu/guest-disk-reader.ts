import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { BLANK_DISKS } from '#platform/objects/guest-disks.ts';
import { diskFile, FILE_BLOCK_BYTES, readFileBlock } from '../../disk-transfer/disk-file.ts';
import { BASE_NAME, COPIED_NAMES, type CopiedDisk, type CopiedName } from '../../disk-transfer/disk-manifest.ts';
import type { DiskOfGuest, DiskReader } from '../../disk-transfer/disk-reader.ts';
import type { DiskImages } from './disk-image.ts';
import type { GUEST_FILES, StateFolders } from './guest-folder.ts';
import type { ImageCache } from './image-cache.ts';

/** What is copied of a guest, and the file that it is. */
export const COPIED_FILES: Readonly<Record<CopiedName, keyof typeof GUEST_FILES>> = {
  disk: 'disk',
  ephemeral: 'ephemeral',
  ephemeral1: 'ephemeral1',
  swap: 'swap',
  'config-drive': 'configDrive',
  'console-log': 'console',
  'older-console-log': 'olderConsole',
};
const QCOW2: readonly CopiedName[] = ['disk', ...BLANK_DISKS];

interface GuestDiskReaderOptions {
  readonly folders: StateFolders;
  readonly images: ImageCache;
  readonly diskImages: DiskImages;
  /** The user of a guest at its next start; null: guests have no users of their own. */
  readonly uidOf: (guestId: string) => Promise<number | null>;
  readonly hasUsers: boolean;
  /** The checksum of the base image of a guest of this host; null: the guest does not exist. */
  readonly baseOf: (guestId: string) => string | null;
}

/** The files of this host's guests, for other hosts to fetch. */
export function guestDiskReader(options: GuestDiskReaderOptions): DiskReader {
  const { folders, images, diskImages, uidOf, hasUsers, baseOf } = options;
  /** A guest may get its user, or another one, only at its next start; until then its disks belong to whom it ran as, and never to root. */
  const readerOf = async (guestId: string, owner: number): Promise<DiskImages> =>
    diskImages.as(hasUsers && owner !== 0 ? owner : await uidOf(guestId));
  const describe = async (guestId: string, name: CopiedName): Promise<DiskOfGuest | null> => {
    const path = folders.file(guestId, COPIED_FILES[name]);
    const file = await diskFile(path);
    if (file === null) return null;
    const isQcow2 = QCOW2.includes(name);
    const { uid, ...facts } = file;
    const virtualBytes = isQcow2 ? await (await readerOf(guestId, uid)).virtualBytes(path) : file.bytes;
    return { name, virtualBytes, blockBytes: FILE_BLOCK_BYTES, ...facts };
  };
  const known = (guestId: string): string => {
    const sha256 = baseOf(guestId);
    if (sha256 === null) throw new VolvoxError('not-found', `No guest ${guestId} is here.`);
    return sha256;
  };
  const fileOf = async (guestId: string, name: string, version: string) => {
    if (name === BASE_NAME) {
      const sha256 = known(guestId);
      return { path: images.path(sha256), file: await diskFile(images.path(sha256)), isSame: version === sha256 };
    }
    const copied = COPIED_NAMES.find((candidate) => candidate === name);
    if (copied === undefined) return { path: '', file: null, isSame: false };
    const path = folders.file(guestId, COPIED_FILES[copied]);
    const file = await diskFile(path);
    return { path, file, isSame: file?.version === version };
  };
  return {
    disks: async (guestId) => {
      known(guestId);
      const all = await Promise.all(COPIED_NAMES.map((name) => describe(guestId, name)));
      return all.filter((disk) => disk !== null);
    },
    base: async (guestId): Promise<CopiedDisk | null> => {
      const sha256 = known(guestId);
      const file = await diskFile(images.path(sha256));
      if (file === null) return null;
      const { bytes } = file;
      return { name: BASE_NAME, bytes, virtualBytes: bytes, blockBytes: FILE_BLOCK_BYTES, version: sha256 };
    },
    readBlock: async (guestId, { name, version, index }, buffer) => {
      const { path, file, isSame } = await fileOf(guestId, name, version);
      if (file === null) throw new VolvoxError('not-found', `The guest has no disk ${name} here.`);
      if (!isSame) throw new VolvoxError('conflict', `The disk ${name} changed.`);
      const disk = { name, version, bytes: file.bytes, virtualBytes: 0, blockBytes: FILE_BLOCK_BYTES };
      return await readFileBlock(path, disk, index, buffer);
    },
  };
}
