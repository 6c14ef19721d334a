import { Type } from 'typebox';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { Uuid } from '#platform/objects/scalars.ts';
import { loadedBuild } from '#platform/objects/user-data.ts';
import { DETACH_DISK_RULE } from '#platform/states/disk-rules.ts';
import { partsOf, setDesired } from '../../database/stores/guests.ts';
import { type DetachDiskParams, detachDisk as operation } from '../operations/detach-disk.ts';
import { withoutDisk } from '../operations/disks-of-guest.ts';
import { currentGuest } from './current-guest.ts';
import { serverAction } from './server-action.ts';

/**
 * Takes a service's disk from a server. When the operation has succeeded, what the guest wrote is with the service, and no host is connected
 * to the disk. When it has failed, the server has the disk as before.
 */
export const detachDisk = serverAction({
  kind: 'detachDisk',
  since: '0.1.0',
  params: Type.Object({ diskId: Uuid }),
  rule: () => DETACH_DISK_RULE,
  operation,
  log: { action: 'detach_volume', events: { 'take-disk': 'compute_detach_volume' } },
  begin: async (tx, beginning) => {
    const { params, instance, now } = beginning;
    const guest = currentGuest(beginning, 'detach_volume');
    const disk = (loadedBuild(instance).attachedDisks ?? []).find(({ id }) => id === params.diskId);
    if (disk === undefined) {
      throw new VolvoxError('not-found', `Disk ${params.diskId} is not attached to instance ${instance.uuid}.`);
    }
    const desired = partsOf(guest);
    const disks = withoutDisk(desired.disks, disk.id);
    await setDesired(tx, guest.id, { power: guest.power, parts: { ...desired, disks } }, now);
    const made: DetachDiskParams = { guestId: guest.id, disk };
    return { params: made, wake: [guest], hosts: [] };
  },
});
