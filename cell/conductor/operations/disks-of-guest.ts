import { fromJson } from '#platform/database/json-column.ts';
import type { AttachedDisk } from '#platform/objects/attached-disk.ts';
import { type GuestParts, NO_PARTS } from '#platform/objects/guest-parts.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { loadedBuild } from '#platform/objects/user-data.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { type DesiredGuestState, type GuestOnHost, partsOf } from '../../database/stores/guests.ts';
import { findInstance, type InstanceRow, type InstanceWrites, writtenBuild } from '../../database/stores/instances.ts';
import { type Owner, updateAsOwner } from './superseded.ts';

/*
 * The build of an instance has the disks of services that are its own, from before a host connects one until after it has released it. Each
 * guest of the instance is to have them: the second one of a resize, an evacuation, a live migration, and what is unshelved.
 */

const disksOf = ({ build }: Pick<InstanceRow, 'build'>): readonly AttachedDisk[] =>
  fromJson<Pick<InstanceBuild, 'attachedDisks'>>(build).attachedDisks ?? [];

/** These parts, with the disks of the instance; of a new guest, undefined: it has none. */
export function partsAsBuilt<P extends GuestParts | undefined>(
  instance: Pick<InstanceRow, 'build'>,
  parts: P,
): P | GuestParts {
  const disks = disksOf(instance);
  return disks.length === 0 ? parts : { ...(parts ?? NO_PARTS), disks: [...disks] };
}

/** For a guest that becomes its instance's again: nothing changes when neither has disks. */
export function withDisksAsBuilt(
  instance: Pick<InstanceRow, 'build'>,
  guest: Pick<GuestOnHost, 'parts'>,
): Pick<DesiredGuestState, 'parts'> {
  const [disks, parts] = [disksOf(instance), partsOf(guest)];
  return disks.length === 0 && parts.disks.length === 0 ? {} : { parts: { ...parts, disks: [...disks] } };
}

export const withDisk = (disks: readonly AttachedDisk[], disk: AttachedDisk): AttachedDisk[] => [
  ...withoutDisk(disks, disk.id),
  disk,
];
export const withoutDisk = (disks: readonly AttachedDisk[], id: string): AttachedDisk[] =>
  disks.filter((disk) => disk.id !== id);

export const diskWrites = (build: InstanceBuild, attachedDisks: AttachedDisk[]): InstanceWrites =>
  writtenBuild({ ...build, attachedDisks });

/** Ends an operation with the disk gone from the build of the instance. @returns false when another operation owns the instance. */
export async function endWithoutDisk(
  tx: CellTx,
  owner: Owner,
  diskId: string,
  writes: InstanceWrites,
): Promise<boolean> {
  // Users may change the build meanwhile: its row is locked before it is read.
  const instance = (await updateAsOwner(tx, owner, {})) ? await findInstance(tx, owner.subject) : null;
  if (instance === null) return false;
  const build = loadedBuild(instance);
  const left = diskWrites(build, withoutDisk(build.attachedDisks ?? [], diskId));
  return await updateAsOwner(tx, owner, { ...left, taskState: null, operationId: null, ...writes });
}
