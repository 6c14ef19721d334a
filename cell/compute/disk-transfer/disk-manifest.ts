import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { BLANK_DISKS } from '#platform/objects/guest-disks.ts';
import { Count, nullable } from '#platform/objects/scalars.ts';

/**
 * What a disk transfer of a guest contains. `base` is the image under the root disk; its version is its SHA-256. The logs are no disks, and are
 * copied as if they were, so that the guest's console goes on.
 */
export const COPIED_NAMES = ['disk', ...BLANK_DISKS, 'config-drive', 'console-log', 'older-console-log'] as const;
export type CopiedName = (typeof COPIED_NAMES)[number];
export const BASE_NAME = 'base';

const BLOCK_BYTES_MAX = 16 * 1024 ** 2;

/** One file, in blocks of `blockBytes` (the last may be shorter). Two of the same version have the same bytes. */
export const CopiedDisk = Type.Object({
  name: Type.String(),
  /** Of the file. */
  bytes: Count,
  /** What the guest sees. */
  virtualBytes: Count,
  blockBytes: Type.Integer({ minimum: 1, maximum: BLOCK_BYTES_MAX }),
  version: Type.String({ minLength: 1, maxLength: 200 }),
});
export type CopiedDisk = Static<typeof CopiedDisk>;

const BLOCKS_MAX = 2 ** 24;

export const DiskManifest = Type.Object({ disks: Type.Array(CopiedDisk), base: nullable(CopiedDisk) });
export type DiskManifest = Static<typeof DiskManifest>;

const check = Compile(DiskManifest);

/** Whether what another agent (perhaps of another cell) sent is a manifest, and one that can be gone through. */
export function isDiskManifest(value: unknown): value is DiskManifest {
  if (!check.Check(value)) return false;
  const all = [...value.disks, ...(value.base === null ? [] : [value.base])];
  const names = new Set(all.map(({ name }) => name));
  return names.size === all.length && all.every((disk) => blockCount(disk) <= BLOCKS_MAX);
}

export const blockCount = ({ bytes, blockBytes }: CopiedDisk): number => Math.ceil(bytes / blockBytes);

/** Of the block with this index, bytes. */
export const blockLength = ({ bytes, blockBytes }: CopiedDisk, index: number): number =>
  Math.max(0, Math.min(blockBytes, bytes - index * blockBytes));
