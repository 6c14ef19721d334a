import { randomUUID } from 'node:crypto';
import type { BuildAnswer } from '#platform/contracts/door.ts';
import type { MoveInOrder } from '#platform/contracts/door-moves.ts';
import { MOVE_IN } from '#platform/contracts/moves.ts';
import { toJson } from '#platform/database/json-column.ts';
import { isDuplicate } from '#platform/database/sql-errors.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { occupant } from '../../database/stores/arriving-instances.ts';
import { insertMoveIn, lockMoveIn, type MoveInRow } from '../../database/stores/moves-in.ts';
import { releasedAmong } from '../../database/stores/released-builds.ts';
import type { MoveInParams } from '../operations/move-in.ts';
import { moveInCandidates, plugIfFree, takePlace, tellAgents } from '../operations/move-in-places.ts';
import type { ConductorParts } from '../parts.ts';

/** How often it begins again because somebody else wrote a row of the move meanwhile. */
const MOST_TRIES = 3;

interface Begun {
  readonly answer: BuildAnswer;
  /** null: it was not begun now. */
  readonly operationId: string | null;
}

/**
 * Takes room for a moved instance, asks for its ports, and begins `moveIn`, in one transaction. A repeated order is accepted again, on
 * whatever host the move has come to. Refused, with nothing written: for want of room as `createInstances` does; with `stale-epoch`
 * when the move or its epoch is over here, or the cell has the instance.
 * @throws VolvoxError conflict for a late worker.
 */
export async function beginMoveIn(parts: ConductorParts, order: MoveInOrder): Promise<BuildAnswer> {
  for (let attempt = 1; ; attempt++) {
    try {
      const { answer, operationId } = await parts.database.transaction((tx) => begin(tx, parts, order));
      if (answer.accepted && operationId !== null) {
        parts.hosts.changed([answer.hostId]);
        parts.engine.wake(operationId);
        await tellAgents(parts, order.uuid);
      }
      return answer;
    } catch (error) {
      if (error instanceof Over) return stale(order);
      if (!isDuplicate(error) || attempt >= MOST_TRIES) throw error;
    }
  }
}

/** The epoch was taken back while the order was written. */
class Over extends Error {}

const refused = ({ uuid }: MoveInOrder, reason: string, message: string): BuildAnswer => ({
  ...{ uuid, accepted: false, reason, message },
});
const stale = (order: MoveInOrder): BuildAnswer =>
  refused(order, 'stale-epoch', `Epoch ${order.epoch} of instance ${order.uuid} is over in this cell.`);

async function begin(tx: CellTx, parts: ConductorParts, order: MoveInOrder): Promise<Begun> {
  const earlier = await lockMoveIn(tx, order.moveId);
  if (earlier !== null) return { answer: again(order, earlier), operationId: null };
  const there = await occupant(tx, order.uuid);
  if (there !== null && (there.presence === 'here' || there.epoch >= order.epoch)) {
    return { answer: stale(order), operationId: null };
  }
  const place = await takePlace(tx, order, moveInCandidates(order));
  if (place === null || 'reason' in place) {
    const { reason, message } = place ?? { reason: 'host-unknown', message: 'No host was named.' };
    return { answer: refused(order, reason, message), operationId: null };
  }
  const operationId = randomUUID();
  await insertMoveIn(tx, rowOf(order, operationId, place, parts.clock.now()));
  if (((await releasedAmong(tx, [order.uuid])).get(order.uuid) ?? -1) >= order.epoch) throw new Over();
  await plugIfFree(tx, order, place, parts.clock.now());
  const { userId, projectId, requestId } = order.actor;
  const params: MoveInParams = { moveId: order.moveId, label: 'migrate' };
  await parts.engine.begin(tx, {
    ...{ id: operationId, kind: 'moveIn', subject: order.uuid, params, requestId, userId, projectId },
  });
  return { answer: { uuid: order.uuid, accepted: true, hostId: place.hostId }, operationId };
}

/** The answer to an order of a move that is known here. */
function again(order: MoveInOrder, { token, epoch, reached, host_id, ordered }: MoveInRow): BuildAnswer {
  if (order.token < token) throw new VolvoxError('conflict', `Another worker has the move ${order.moveId} in hand.`);
  if (ordered === 'abort' || MOVE_IN.hasEnded(reached) || epoch !== order.epoch) return stale(order);
  return { uuid: order.uuid, accepted: true, hostId: host_id ?? order.hostId };
}

const rowOf = (
  order: MoveInOrder,
  operationId: string,
  place: { readonly hostId: string; readonly guestId: string },
  now: number,
): MoveInRow => ({
  move_id: order.moveId,
  instance_uuid: order.uuid,
  epoch: order.epoch,
  operation_id: operationId,
  ordered: 'prepare',
  reached: 'none',
  token: order.token,
  host_id: place.hostId,
  guest_id: place.guestId,
  message: null,
  instance: toJson(order),
  source: null,
  moved: null,
  changed_at: now,
});
