import { type Static, Type } from 'typebox';
import { nullable, oneOf } from './scalars.ts';

/** The buses that hosts can put a disk on. */
export const DISK_BUSES = ['virtio', 'scsi', 'sata', 'ide', 'usb'] as const;
export type DiskBus = (typeof DISK_BUSES)[number];

/** The file systems that an ephemeral disk can be made with. */
export const EPHEMERAL_FORMATS = ['ext2', 'ext3', 'ext4', 'xfs', 'vfat'] as const;

/** The disks of one server at most, with its root disk and its swap (Nova's `max_local_block_devices`). */
export const MAX_LOCAL_DISKS = 3;

/**
 * A disk of a server that its user asked for by a block device mapping. A server whose user asked for none has the disks of its flavor: a root
 * disk, one ephemeral disk and a swap disk.
 */
export const BlockDevice = Type.Object({
  kind: oneOf(['root', 'ephemeral', 'swap']),
  /** MiB; null: as large as the flavor says. */
  sizeMb: nullable(Type.Integer({ minimum: 1 })),
  /** The file system of an ephemeral disk; null: the host's usual one. */
  format: nullable(Type.String()),
  /** Absent: a disk. Only a root disk can be a CD-ROM, which its guest reads and cannot write. */
  type: Type.Optional(Type.Literal('cdrom')),
  /** null: the usual one of the machine. */
  bus: nullable(oneOf(DISK_BUSES)),
  /** The order in which the machine tries its disks; null: it does not start from this one. */
  bootIndex: nullable(Type.Integer({ minimum: 0 })),
  /** What the guest finds it by, in its metadata. */
  tag: nullable(Type.String()),
});
export type BlockDevice = Static<typeof BlockDevice>;

/** A file for a new guest, as its user gave it: the path there, and the content in base64. */
export const InjectedFile = Type.Object({ path: Type.String(), contents: Type.String() });
export type InjectedFile = Static<typeof InjectedFile>;
