import { Type } from 'typebox';
import { actionRule } from '#platform/states/action-rule.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { markAbsent } from '../../database/stores/guests.ts';
import type { InstanceRow } from '../../database/stores/instances.ts';
import { releaseLooseEnds } from '../../database/stores/loose-ends.ts';
import { advanceResize } from '../../database/stores/server-migrations.ts';
import { deleteDuringHandOver, deleteOnArrival } from '../door/hand-over.ts';
import { deleteInstance as operation } from '../operations/delete.ts';
import type { ConductorParts } from '../parts.ts';
import { type ActRequest, type AnyAction, type Joined, serverAction } from './server-action.ts';
import { softDelete } from './soft-delete.ts';
import { VersionConflict } from './version-conflict.ts';

const RULE = actionRule('any', 'deleting', { taskStates: 'any', mustHaveLaunched: false });

/** Task states of what claims capacity for a guest before it creates that: resize, evacuate, live migration, unshelve. */
const CLAIMING = ['resize', 'rebuilding', 'migrating', 'unshelving'];

/** Deletes a server for good, in any state. A further delete joins the one that is in progress. */
export const reallyDelete = serverAction({
  kind: 'delete',
  since: '0.1.0',
  params: Type.Object({}),
  rule: () => RULE,
  operation,
  log: { events: { terminate: 'compute_terminate_instance' } },
  join: async (tx, parts, request, instance) => {
    const parked = await parkedInMove(tx, parts, request, instance);
    if (parked !== null) return parked;
    if (instance.taskState !== 'deleting' || instance.operationId === null) return null;
    return { operationId: instance.operationId, wake: true };
  },
  // The instance is no failed build any more, so the global tier cannot place it again, however the delete ends.
  writes: () => ({ buildFailedAt: null }),
  begin: async (tx, { instance, guests, now }) => {
    await markAbsent(tx, instance.uuid, now);
    // As in Nova, the delete of a resized instance confirms the resize.
    if (instance.vmState === 'resized') {
      await advanceResize(tx, instance.uuid, ['finished', 'confirming'], 'confirmed', now);
      await advanceResize(tx, instance.uuid, ['reverting'], 'error', now);
    }
    const mayHaveClaimed = CLAIMING.some((claiming) => instance.taskState?.startsWith(claiming));
    const hosts = mayHaveClaimed ? await releaseLooseEnds(tx, instance.uuid, now) : [];
    return { params: {}, wake: guests, hosts };
  },
});

/**
 * What a user's delete does. Where the cell keeps deleted servers for some time (`conductor.reclaimInstanceSeconds`), it is a soft delete;
 * as in Nova, a server that was never active, or is on no host, is deleted for good nevertheless.
 */
export const deleteInstance: AnyAction = {
  ...reallyDelete,
  instead: (_, { launchedAt, guestId, taskState }, { settings }) => {
    const isForGood = launchedAt === null || guestId === null || taskState === 'deleting';
    return settings.reclaimInstanceSeconds === 0 || isForGood ? null : softDelete;
  },
};

/**
 * The delete that waits for the end of a move; null when it need not wait. The operation of the move owns the instance from before the
 * fence until it passes the instance to the operation that waits.
 * @throws VersionConflict when the move has reached another phase since the instance was read.
 */
async function parkedInMove(
  tx: CellTx,
  parts: ConductorParts,
  request: ActRequest,
  { presence, operationId: owner }: InstanceRow,
): Promise<Joined | null> {
  if (owner === null) return null;
  const arriving = presence === 'arriving';
  const operationId = arriving
    ? await deleteOnArrival(tx, parts, request, owner)
    : await deleteDuringHandOver(tx, parts, request);
  if (operationId !== null) return { operationId, wake: false };
  if (arriving) throw new VersionConflict();
  return null;
}
