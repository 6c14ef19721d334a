import { hash } from 'node:crypto';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { DesiredGuest, GuestSpec } from '#platform/objects/guest.ts';
import { disksOf } from '#platform/objects/guest-disks.ts';
import { blockLength, type CopiedDisk } from '../../disk-transfer/disk-manifest.ts';
import type { DiskOfGuest, DiskReader } from '../../disk-transfer/disk-reader.ts';
import type { SimulatedGuest } from './simulated-guest.ts';

const GIB = 1024 ** 3;
/** Small, so that a small disk has several. */
const BLOCK_BYTES = 16 * 1024;
const CONTENT_ID_LENGTH = 64;

/**
 * What stands on the disks of a simulated guest is told by its content id: 64 hex digits, made with the guest's first disk (SHA-256 of
 * its id and its image's checksum). The root disk begins with it; every block follows from it. A transferred disk has the same content id.
 */
export const contentIdOf = ({ guestId, spec }: DesiredGuest): string =>
  hash('sha256', `${guestId} ${spec.image.sha256}`, 'hex');

export function simulatedBlock(contentId: string, disk: CopiedDisk, index: number): Buffer {
  const bytes = Buffer.alloc(blockLength(disk, index), hash('sha256', `${contentId} ${disk.name} ${index}`, 'buffer'));
  if (disk.name === 'disk' && index === 0) bytes.write(contentId, 'latin1');
  return bytes;
}

/** The content id that the first block of a root disk names. */
export const readContentId = (firstBlock: Buffer): string =>
  firstBlock.subarray(0, CONTENT_ID_LENGTH).toString('latin1');

/** Which disks a guest has, with what the guest sees of each, bytes. */
function filesOf(spec: GuestSpec): Readonly<Record<string, number>> {
  const { rootGb, configDrive, image } = spec;
  const blank = disksOf(spec).filter(({ name }) => name !== 'root');
  return {
    disk: rootGb > 0 ? rootGb * GIB : image.sizeBytes,
    ...Object.fromEntries(blank.map(({ name, sizeMb }) => [name, sizeMb * 1024 ** 2])),
    ...(configDrive ? { 'config-drive': 512 * 1024 } : {}),
  };
}

const consoleOf = ({ console }: SimulatedGuest): Buffer => Buffer.from(console.map((line) => `${line}\n`).join(''));

/** The disks of simulated guests, `diskBytes` each, and their console. A start makes a new version of them, of the same content. */
export function simulatedDiskReader(get: (guestId: string) => SimulatedGuest, diskBytes: number): DiskReader {
  const list = (guestId: string): readonly DiskOfGuest[] => {
    const guest = get(guestId);
    const { contentId, startedMs, desired } = guest;
    if (contentId === null) return [];
    const version = `${contentId}-${startedMs}`;
    const disks = Object.entries(filesOf(desired.spec)).map(([name, virtualBytes]) => {
      const bytes = Math.max(CONTENT_ID_LENGTH, diskBytes);
      return { name, bytes, virtualBytes, allocatedBytes: bytes, blockBytes: BLOCK_BYTES, version };
    });
    const log = consoleOf(guest);
    if (log.length === 0) return disks;
    const bytes = log.length;
    const consoleLog = { name: 'console-log', virtualBytes: bytes, allocatedBytes: bytes, blockBytes: bytes };
    return [...disks, { ...consoleLog, bytes, version: hash('sha256', log, 'hex') }];
  };
  return {
    disks: async (guestId) => list(guestId),
    base: async () => null,
    readBlock: async (guestId, { name, version, index }) => {
      const guest = get(guestId);
      const disk = list(guestId).find((one) => one.name === name);
      if (disk === undefined || guest.contentId === null || blockLength(disk, index) === 0) {
        throw new VolvoxError('not-found', `Guest ${guestId} has no block ${index} of a disk ${name}.`);
      }
      if (disk.version !== version) throw new VolvoxError('conflict', `The disk ${name} changed.`);
      return name === 'console-log' ? consoleOf(guest) : simulatedBlock(guest.contentId, disk, index);
    },
  };
}
