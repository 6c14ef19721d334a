import { Type } from 'typebox';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import {
  type AttachedDisk,
  freeUnit,
  MAX_ATTACHED_DISKS,
  NewAttachedDisk,
  unknownKind,
} from '#platform/objects/attached-disk.ts';
import { loadedBuild } from '#platform/objects/user-data.ts';
import { ATTACH_DISK_RULE } from '#platform/states/disk-rules.ts';
import { partsOf, setDesired } from '../../database/stores/guests.ts';
import { diskConnectionsOf } from '../../database/stores/host-connections.ts';
import type { InstanceRow } from '../../database/stores/instances.ts';
import { type AttachDiskParams, attachDisk as operation } from '../operations/attach-disk.ts';
import { diskWrites, withDisk } from '../operations/disks-of-guest.ts';
import { currentGuest } from './current-guest.ts';
import { serverAction } from './server-action.ts';

/** The disk with its unit. @throws VolvoxError conflict when it is attached already; forbidden, as Nova, when there are too many. */
function placed(instance: InstanceRow, disk: NewAttachedDisk): AttachedDisk {
  const disks = loadedBuild(instance).attachedDisks ?? [];
  if (disks.some(({ id }) => id === disk.id)) {
    throw new VolvoxError('conflict', `Disk ${disk.id} is attached to instance ${instance.uuid} already.`);
  }
  const unit = freeUnit(disks);
  if (unit !== null) return { ...disk, unit };
  throw new VolvoxError(
    'forbidden',
    `The maximum allowed number of disk devices (${MAX_ATTACHED_DISKS}) to attach to a single instance has been exceeded. Detach a disk from instance ${instance.uuid} first.`,
  );
}

/**
 * Gives a server a disk that a service keeps, also while it runs (decision 0029). For services: users have no route to it. When the operation
 * has failed, no host is connected to the disk any more, unless a host is down.
 */
export const attachDisk = serverAction({
  kind: 'attachDisk',
  since: '0.1.0',
  params: Type.Object({ disk: NewAttachedDisk }),
  rule: () => ATTACH_DISK_RULE,
  operation,
  log: { action: 'attach_volume', events: { 'plug-disk': 'compute_attach_volume' } },
  writes: ({ disk }, instance) => {
    const build = loadedBuild(instance);
    return diskWrites(build, withDisk(build.attachedDisks ?? [], placed(instance, disk)));
  },
  begin: async (tx, beginning) => {
    const { params, instance, now } = beginning;
    const guest = currentGuest(beginning, 'attach_volume');
    const disk = placed(instance, params.disk);
    const known = await diskConnectionsOf(tx, guest.hostId);
    if (!known.includes(disk.connection.kind)) throw unknownKind(disk.id, disk.connection, known);
    const desired = partsOf(guest);
    const disks = withDisk(desired.disks, disk);
    await setDesired(tx, guest.id, { power: guest.power, parts: { ...desired, disks } }, now);
    const made: AttachDiskParams = { guestId: guest.id, diskId: disk.id };
    return { params: made, wake: [guest], hosts: [] };
  },
});
