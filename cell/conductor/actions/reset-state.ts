import { Type } from 'typebox';
import { actionRule } from '#platform/states/action-rule.ts';
import { markAbsent, setRole } from '../../database/stores/guests.ts';
import { releaseLooseEnds } from '../../database/stores/loose-ends.ts';
import { serverAction } from './server-action.ts';

const RULE = actionRule('any', null, { taskStates: 'any', mustHaveLaunched: false });

/**
 * An admin says what a server is, whatever is in progress on it. The vm_state is written and the task state cleared at once
 * (nova/api/openstack/compute/admin_actions.py); no guest is started or stopped.
 *
 * A delete in progress goes on, whatever the state: what a user was told is gone does not come back. Otherwise the instance has no owner afterwards: an operation in progress finds at its next write that it owns nothing, and ends without touching the
 * instance. The guest that the instance names stays its only one. A guest that a resize made or kept, and capacity that it claimed, are let
 * go; the resize can no longer be confirmed or reverted. A build that failed is not placed in another cell.
 */
export const resetState = serverAction({
  kind: 'resetState',
  since: '0.1.0',
  params: Type.Object({ state: Type.Union([Type.Literal('active'), Type.Literal('error')]) }),
  rule: () => RULE,
  operation: null,
  log: {},
  writes: ({ state }, { taskState: task, operationId: owner }) => ({
    ...{ vmState: state, oldVmState: null, oldFlavor: null, buildFailedAt: null },
    ...(task === 'deleting' ? { taskState: task, operationId: owner } : {}),
  }),
  begin: async (tx, { instance, guests, now }) => {
    const current = guests.find(({ id }) => id === instance.guestId);
    if (current?.role === 'source') await setRole(tx, current.id, 'current');
    // Without a current guest nothing is removed: what is there may be all that is left of the server.
    const others =
      current === undefined ? [] : guests.filter(({ id, role }) => id !== current.id && role !== 'leaving');
    for (const { id } of others) await markAbsent(tx, instance.uuid, now, id);
    return { params: {}, wake: others, hosts: await releaseLooseEnds(tx, instance.uuid, now) };
  },
});
