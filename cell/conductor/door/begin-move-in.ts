import { randomUUID } from 'node:crypto';
import type { BuildAnswer } from '#platform/contracts/door.ts';
import type { MoveInRequest } from '#platform/contracts/door-moves.ts';
import { MOVE_IN } from '#platform/contracts/moves.ts';
import { toJson } from '#platform/database/json-column.ts';
import { isDuplicate } from '#platform/database/sql-errors.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { occupant } from '../../database/stores/arriving-instances.ts';
import { insertMoveIn, lockMoveIn, type MoveInRow } from '../../database/stores/moves-in.ts';
import { releasedAmong } from '../../database/stores/released-builds.ts';
import { beginMigration } from '../../database/stores/server-migrations.ts';
import type { MoveInParams } from '../operations/move-in.ts';
import { claimHost, moveInCandidates, plugIfFree, tellAgents } from '../operations/move-in-state.ts';
import type { ConductorParts } from '../parts.ts';

/** How often the transaction is tried when other writers insert a row of the move at the same moment. */
const MAX_TRIES = 3;

interface Begun {
  readonly answer: BuildAnswer;
  /** null: this call began no operation. */
  readonly operationId: string | null;
}

/**
 * Claims capacity for a moved instance, requests its ports, and begins `moveIn`, in one transaction. A repeated request is accepted, and
 * the answer names the host that the move uses now. A refusal writes nothing: for lack of capacity as in `createInstances`; with
 * `stale-epoch` when the move or its epoch is over in this cell, or the cell has the instance.
 * @throws VolvoxError conflict when a later worker has the move.
 */
export async function beginMoveIn(parts: ConductorParts, request: MoveInRequest): Promise<BuildAnswer> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { answer, operationId } = await parts.database.transaction((tx) => begin(tx, parts, request));
      if (answer.accepted && operationId !== null) {
        parts.hosts.changed([answer.hostId]);
        parts.engine.wake(operationId);
        await tellAgents(parts, request.uuid);
      }
      return answer;
    } catch (error) {
      if (error instanceof Over) return stale(request);
      if (!isDuplicate(error) || attempt >= MAX_TRIES) throw error;
    }
  }
}

/** The global tier released the epoch while this transaction wrote the move. */
class Over extends Error {}

const refused = ({ uuid }: MoveInRequest, reason: string, message: string): BuildAnswer => ({
  ...{ uuid, accepted: false, reason, message },
});
const stale = (request: MoveInRequest): BuildAnswer =>
  refused(request, 'stale-epoch', `Epoch ${request.epoch} of instance ${request.uuid} is over in this cell.`);

async function begin(tx: CellTx, parts: ConductorParts, request: MoveInRequest): Promise<Begun> {
  const earlier = await lockMoveIn(tx, request.moveId);
  if (earlier !== null) return { answer: again(request, earlier), operationId: null };
  const there = await occupant(tx, request.uuid);
  if (there !== null && (there.presence === 'here' || there.epoch >= request.epoch)) {
    return { answer: stale(request), operationId: null };
  }
  const place = await claimHost(tx, request, moveInCandidates(request));
  if (place === null || 'reason' in place) {
    const { reason, message } = place ?? { reason: 'host-unknown', message: 'No host was named.' };
    return { answer: refused(request, reason, message), operationId: null };
  }
  const operationId = randomUUID();
  await insertMoveIn(tx, rowOf(request, operationId, place, parts.clock.now()));
  if (((await releasedAmong(tx, [request.uuid])).get(request.uuid) ?? -1) >= request.epoch) throw new Over();
  await plugIfFree(tx, request, place, parts.clock.now());
  await beginMigration(tx, migrationOf(request, place.hostId), parts.clock.now());
  const { userId, projectId, requestId } = request.actor;
  const params: MoveInParams = { moveId: request.moveId, label: 'migrate' };
  await parts.engine.begin(tx, {
    ...{ id: operationId, kind: 'moveIn', subject: request.uuid, params, requestId, userId, projectId },
  });
  return { answer: { uuid: request.uuid, accepted: true, hostId: place.hostId }, operationId };
}

/** The answer to a request for a move that this cell knows. */
function again(request: MoveInRequest, { token, epoch, reached, hostId, requested }: MoveInRow): BuildAnswer {
  if (request.token < token) throw new VolvoxError('conflict', `Another worker handles the move ${request.moveId}.`);
  if (requested === 'abort' || MOVE_IN.hasEnded(reached) || epoch !== request.epoch) return stale(request);
  return { uuid: request.uuid, accepted: true, hostId: hostId ?? request.hostId };
}

/** Until the instance arrives, the cell that it leaves shows the move. */
const migrationOf = ({ moveId, uuid, instance, actor }: MoveInRequest, hostId: string) => ({
  id: moveId,
  instanceUuid: uuid,
  type: 'migration' as const,
  status: 'pre-migrating' as const,
  actor,
  source: instance,
  destHostId: hostId,
  oldFlavorId: instance.flavor.id,
  newFlavorId: instance.flavor.id,
  hidden: true,
});

const rowOf = (
  request: MoveInRequest,
  operationId: string,
  place: { readonly hostId: string; readonly guestId: string },
  now: number,
): MoveInRow => ({
  moveId: request.moveId,
  instanceUuid: request.uuid,
  epoch: request.epoch,
  operationId,
  requested: 'prepare',
  reached: 'none',
  token: request.token,
  hostId: place.hostId,
  guestId: place.guestId,
  message: null,
  instance: toJson(request),
  source: null,
  moved: null,
  changedAt: now,
});
