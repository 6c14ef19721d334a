import { Type } from 'typebox';
import { NO_PARTS } from '#platform/objects/guest-parts.ts';
import { actionRule } from '#platform/states/action-rule.ts';
import { setDesired } from '../../database/stores/guests.ts';
import { epochOf } from '../../database/stores/instance-epochs.ts';
import { insertNotice } from '../../database/stores/notices.ts';
import { advanceResize } from '../../database/stores/server-migrations.ts';
import { partsAsBuilt } from '../operations/disks-of-guest.ts';
import { softDelete as operation, type SoftDeleteParams } from '../operations/soft-delete.ts';
import { cardsAsBuilt } from './cards-as-built.ts';
import { currentGuest } from './current-guest.ts';
import { keepOnly, withoutUnfinished } from './keep-only.ts';
import { powerBefore, stateWithoutResize } from './power-before.ts';
import { serverAction } from './server-action.ts';

/**
 * Stops a server, and keeps it for as long as it can be restored: its host, its claims, its ports and its quota stay. What a delete of such
 * a cell is, for a server that has been active once and is on a host (`delete.ts`).
 *
 * What is in progress on the server ends, as with a delete, and a resize is confirmed. A save of its disk is given up.
 */
export const softDelete = serverAction({
  kind: 'softDelete',
  since: '0.1.0',
  params: Type.Object({}),
  rule: () => actionRule('any', 'soft-deleting', { taskStates: 'any' }),
  operation,
  // Nova's log knows one kind of delete.
  log: { action: 'delete', events: { stop: 'compute_soft_delete_instance' } },
  joinsItself: true,
  writes: (_, instance) => ({
    ...{ vmState: stateWithoutResize(instance), oldVmState: null, oldFlavor: null, buildFailedAt: null, progress: 0 },
  }),
  begin: async (tx, beginning) => {
    const { instance, guests, now } = beginning;
    const guest = currentGuest(beginning, 'delete');
    if (instance.vmState === 'resized') {
      await advanceResize(tx, instance.uuid, ['finished', 'confirming'], 'confirmed', now);
      await advanceResize(tx, instance.uuid, ['reverting'], 'error', now);
      const epoch = await epochOf(tx, instance.uuid);
      await insertNotice(tx, { kind: 'resize-ended', instanceUuid: instance.uuid, epoch }, now);
    }
    const { others, hosts } = await keepOnly(tx, guest, guests, now);
    // A server that is not rescued, or not yet, starts from its own disk.
    const boot = instance.vmState === 'rescued' ? {} : { boot: NO_PARTS.boot };
    const partsBefore = partsAsBuilt(instance, { ...withoutUnfinished(guest), ...boot });
    const cards = await cardsAsBuilt(tx, instance, guest.id);
    await setDesired(tx, guest.id, { power: 'stopped', parts: partsBefore, ...cards }, now);
    const params: SoftDeleteParams = { guestId: guest.id, before: powerBefore(beginning, guest), partsBefore };
    return { params, wake: [guest, ...others], hosts };
  },
});
