import { Type } from 'typebox';
import { actionRule } from '#platform/states/action-rule.ts';
import { showPower } from '../../database/stores/guest-reports.ts';
import { setDesired } from '../../database/stores/guests.ts';
import { clearHost } from '../../database/stores/instances.ts';
import { releaseLooseEnds } from '../../database/stores/loose-ends.ts';
import { lostDisks } from '../operations/discarded-disks.ts';
import { partsAsBuilt } from '../operations/disks-of-guest.ts';
import { cardsAsBuilt } from './cards-as-built.ts';
import { hasUnfinished, keepOnly, withoutUnfinished } from './keep-only.ts';
import { serverAction } from './server-action.ts';

const RULE = actionRule('any', null, { taskStates: 'any', mustHaveLaunched: false });

/**
 * An admin sets the state of a server, whatever is in progress on it. The action writes the vm_state and clears the task state at once
 * (nova/api/openstack/compute/admin_actions.py); it starts and stops no guest.
 *
 * A delete in progress goes on, because a server that a user has deleted does not come back. In any other case the instance has no owner
 * afterwards: an operation in progress finds at its next write that it does not own the instance, and ends without touching it. Its power is
 * that of its guest, from now on or from the next report. The guest that the instance names stays its only one; a save of its disk is given up. Guests that a resize created or kept are removed, and capacity that it claimed is released;
 * the resize can no longer be confirmed or reverted. A failed build is not placed in another cell.
 */
export const resetState = serverAction({
  kind: 'resetState',
  since: '0.1.0',
  params: Type.Object({ state: Type.Union([Type.Literal('active'), Type.Literal('error')]) }),
  rule: () => RULE,
  operation: null,
  log: {},
  writes: ({ state }, { taskState: task, operationId: owner }) => ({
    ...{ vmState: state, oldVmState: null, oldFlavor: null, buildFailedAt: null, progress: 0 },
    ...(task === 'deleting' ? { taskState: task, operationId: owner } : {}),
  }),
  begin: async (tx, { instance, guests, now }) => {
    const current = guests.find(({ id, role }) => id === instance.guestId && role !== 'leaving');
    // The guest that it names may be leaving: a build gives its last host up before it gives the server back.
    if (current === undefined && instance.guestId !== null) await clearHost(tx, instance.uuid);
    // Without a current guest nothing is removed: the other guests may be all that is left of the server.
    if (current === undefined) return { params: {}, wake: [], hosts: await releaseLooseEnds(tx, instance.uuid, now) };
    const { others, hosts } = await keepOnly(tx, current, guests, now);
    await showPower(tx, [current.id], now);
    const cards = await cardsAsBuilt(tx, instance, current.id);
    // A detachment that is interrupted: the disk stays the server's.
    const losesDisk = instance.taskState === 'detaching-disk';
    // A new generation: a report that was read while an operation owned the instance leaves the power to that, and does not count any more.
    const awaitsReport = instance.operationId !== null && !current.settled;
    const mustReport = awaitsReport || lostDisks(current);
    if (hasUnfinished(current) || cards.spec !== undefined || losesDisk || mustReport) {
      const asBuilt = partsAsBuilt(instance, withoutUnfinished(current));
      await setDesired(tx, current.id, { power: current.power, parts: asBuilt, ...cards }, now);
    }
    return { params: {}, wake: [current, ...others], hosts };
  },
});
