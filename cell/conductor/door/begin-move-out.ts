import { randomUUID } from 'node:crypto';
import type { Static } from 'typebox';
import type { MoveOutRequest } from '#platform/contracts/door-moves.ts';
import { fromJson } from '#platform/database/json-column.ts';
import { changedMeanwhile } from '#platform/errors/changed-meanwhile.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { lockedInstance } from '#platform/states/locked-instance.ts';
import { MOVE_RULE } from '#platform/states/move-rule.ts';
import type { CellReader, CellTx } from '../../database/cell-database.ts';
import { type GuestOnHost, guestsOf, specOf } from '../../database/stores/guests.ts';
import { type InstanceRow, writeAtVersion } from '../../database/stores/instances.ts';
import { insertMoveOut } from '../../database/stores/moves-out.ts';
import { beginMigration } from '../../database/stores/server-migrations.ts';
import { VersionConflict } from '../actions/version-conflict.ts';
import { type MoveOutParams, moveOut } from '../operations/move-out.ts';
import type { ConductorParts } from '../parts.ts';
import { checkState } from './check-state.ts';
import { liveInstance } from './instances.ts';

/**
 * Makes the move the owner of the instance: writes the owner, the task state, the move's row and its operation in the caller's transaction.
 * @throws VersionConflict when the instance was changed since it was read.
 * @throws VolvoxError not-found; moved; conflict when the instance may not be moved, or lives here at another epoch.
 */
export async function beginMoveOut(
  tx: CellTx,
  parts: ConductorParts,
  request: Static<typeof MoveOutRequest>,
): Promise<void> {
  const { moveId, uuid, epoch, actor } = request;
  const instance = await liveInstance(tx, uuid);
  if (instance.epoch !== epoch) {
    throw new VolvoxError('conflict', `Instance ${uuid} is here at epoch ${instance.epoch}, not ${epoch}.`);
  }
  if (instance.lockedBy !== null && !actor.isAdmin) {
    throw lockedInstance(uuid, 'migrate');
  }
  const guest = await movableGuest(tx, instance);
  const operationId = randomUUID();
  const now = parts.clock.now();
  const writes = { operationId, taskState: MOVE_RULE.taskState };
  if (!(await writeAtVersion(tx, uuid, instance.version, writes, now))) throw new VersionConflict();
  const before = instance.vmState === 'stopped' ? 'stopped' : 'active';
  const params: MoveOutParams = { moveId, guestId: guest.id, before };
  await insertMoveOut(
    tx,
    {
      moveId,
      instanceUuid: uuid,
      epoch,
      operationId,
      requested: 'begin',
      reached: 'begin',
      token: request.token,
      message: null,
    },
    now,
  );
  await beginMigration(
    tx,
    {
      id: moveId,
      instanceUuid: uuid,
      type: 'migration',
      status: 'pre-migrating',
      actor,
      source: instance,
      oldFlavorId: instance.flavorId,
      newFlavorId: instance.flavorId,
    },
    now,
  );
  await parts.engine.begin(tx, {
    id: operationId,
    kind: moveOut.kind,
    subject: uuid,
    params,
    requestId: actor.requestId,
    userId: actor.userId,
    projectId: actor.projectId,
  });
}

/** The guest that would be moved. @throws VolvoxError conflict, with a sentence that says why the instance cannot be moved now. */
export async function movableGuest(read: CellReader, instance: InstanceRow): Promise<GuestOnHost> {
  const { uuid } = instance;
  if (instance.presence !== 'here') {
    throw new VolvoxError('conflict', `Instance ${uuid} is being moved to this cell; try again.`);
  }
  checkState(instance, MOVE_RULE, 'migrate');
  if (instance.operationId !== null) {
    throw changedMeanwhile(`Instance ${uuid}`, 'is being');
  }
  const guests = await guestsOf(read, uuid);
  const guest = guests.find(({ id, role }) => id === instance.guestId && role === 'current');
  if (guest === undefined)
    throw new VolvoxError(
      'conflict',
      `Instance ${uuid} has no guest on any host. Unshelve it first, or wait until it is built.`,
    );
  if (!guest.hostUp) {
    throw new VolvoxError(
      'conflict',
      `Host ${guest.hostName} of instance ${uuid} does not answer. Try again when it is up, or evacuate the server.`,
    );
  }
  const build = fromJson<InstanceBuild>(instance.build);
  if ((build.attachedDisks ?? []).length > 0) {
    throw new VolvoxError(
      'conflict',
      `Instance ${uuid} has disks of a service, which hosts of another cell may not reach. Detach them first.`,
    );
  }
  const { image } = await specOf(read, guest.id);
  if (image.sha256 !== build.image.sha256) {
    throw new VolvoxError(
      'conflict',
      `The disk of instance ${uuid} stands on the image that it was unshelved from, so it cannot move to another cell. Make an image of the server, and rebuild it from that first.`,
    );
  }
  return guest;
}
