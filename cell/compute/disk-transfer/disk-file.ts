import { lstat, open } from 'node:fs/promises';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { blockLength, type CopiedDisk } from './disk-manifest.ts';

/** Larger ones are hardly faster, and hold the process up longer while they are hashed. */
export const FILE_BLOCK_BYTES = 4 * 1024 ** 2;

interface DiskFile {
  readonly bytes: number;
  readonly allocatedBytes: number;
  /** Another one after each write to the file. */
  readonly version: string;
  /** Its owner. */
  readonly uid: number;
}

const UNIT_BYTES = 512;

/** null: the file does not exist. */
export async function diskFile(path: string): Promise<DiskFile | null> {
  try {
    const { ino, size, mtimeNs, blocks, uid } = await lstat(path, { bigint: true });
    const bytes = Number(size);
    const allocatedBytes = Math.min(bytes, Number(blocks) * UNIT_BYTES);
    return { bytes, allocatedBytes, version: `${ino}-${size}-${mtimeNs}`, uid: Number(uid) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** @throws VolvoxError not-found beyond the end, conflict when the file is shorter than it was. */
export async function readFileBlock(
  path: string,
  disk: CopiedDisk,
  index: number,
  buffer: (bytes: number) => Buffer,
): Promise<Buffer> {
  const length = blockLength(disk, index);
  if (length === 0) throw new VolvoxError('not-found', `The disk ${disk.name} has no block ${index}.`);
  const file = await open(path, 'r');
  try {
    const bytes = buffer(length).subarray(0, length);
    const { bytesRead } = await file.read(bytes, 0, length, index * disk.blockBytes);
    if (bytesRead < length) throw new VolvoxError('conflict', `The disk ${disk.name} became shorter.`);
    return bytes;
  } finally {
    await file.close();
  }
}
