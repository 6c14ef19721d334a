import { type Static, Type } from 'typebox';
import { type BlockDevice, DISK_BUSES } from './block-device.ts';
import type { Flavor } from './flavor.ts';
import { Count, nullable, oneOf } from './scalars.ts';

/** The disks that begin empty, in the order in which the machine has them. The names are those of the files of a disk transfer. */
export const BLANK_DISKS = ['ephemeral', 'ephemeral1', 'swap'] as const;
export type BlankDiskName = (typeof BLANK_DISKS)[number];
const DISK_NAMES = ['root', ...BLANK_DISKS] as const;

/** A disk of a guest that its host makes. */
export const GuestDisk = Type.Object({
  name: oneOf(DISK_NAMES),
  /** MiB; 0 for a root disk: as large as its image. */
  sizeMb: Count,
  /** The file system that it is made with; null: the usual one of its kind. */
  format: nullable(Type.String()),
  /** Absent: a disk. */
  type: Type.Optional(Type.Literal('cdrom')),
  /** null: as the image says, or the usual one of the machine. */
  bus: nullable(oneOf(DISK_BUSES)),
  bootIndex: nullable(Count),
  tag: nullable(Type.String()),
});
export type GuestDisk = Static<typeof GuestDisk>;

const MIB_OF_GIB = 1024;

interface DiskSizes {
  readonly rootGb: number;
  readonly ephemeralGb: number;
  readonly swapMb: number;
  readonly disks?: readonly GuestDisk[];
}

const plain = (name: GuestDisk['name'], sizeMb: number, bootIndex: number | null = null): GuestDisk => ({
  name,
  sizeMb,
  format: null,
  bus: null,
  bootIndex,
  tag: null,
});

/** The disks of a guest: those of its spec, or those that its sizes stand for. The root disk is the first one, a disk without size is none. */
export function disksOf({ rootGb, ephemeralGb, swapMb, disks }: DiskSizes): readonly GuestDisk[] {
  const all = disks ?? [
    plain('root', rootGb * MIB_OF_GIB, 0),
    plain('ephemeral', ephemeralGb * MIB_OF_GIB),
    plain('swap', swapMb),
  ];
  return all.filter(({ name, sizeMb }) => name === 'root' || sizeMb > 0);
}

/** The disks that a request asked for, on a guest of this flavor: root, ephemeral disks, swap, whatever order the request has. */
export function requestedDisks(devices: readonly BlockDevice[], flavor: Flavor): GuestDisk[] {
  const ephemerals = devices.filter(({ kind }) => kind === 'ephemeral');
  const named = (name: GuestDisk['name'], device: BlockDevice | undefined, usualMb: number): GuestDisk[] => {
    if (device === undefined) return [];
    const { format, type, bus, bootIndex, tag } = device;
    const kind = type === undefined ? {} : { type };
    return [{ name, sizeMb: device.sizeMb ?? usualMb, format, ...kind, bus, bootIndex, tag }];
  };
  const ephemeralMb = flavor.ephemeralGb * MIB_OF_GIB;
  return [
    ...named(
      'root',
      devices.find(({ kind }) => kind === 'root'),
      flavor.diskGb * MIB_OF_GIB,
    ),
    ...named('ephemeral', ephemerals[0], ephemeralMb),
    ...named('ephemeral1', ephemerals[1], ephemeralMb),
    ...named(
      'swap',
      devices.find(({ kind }) => kind === 'swap'),
      flavor.swapMb,
    ),
  ];
}
