import type { Actor } from '#platform/contracts/actor.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { lockMoveInOf } from '../../database/stores/moves-in.ts';
import { handOverOf, lockMoveOut, noteDelete } from '../../database/stores/moves-out.ts';
import { park, parkedDelete } from '../operations/parked-delete.ts';
import type { ConductorParts } from '../parts.ts';

/*
 * The hand-over of an instance begins when its fence is reached (operations/move-out.ts) and ends when it has left or is unfenced. What the
 * source cell has exported may not change in between. Only a delete is recorded, and the cell that has the instance in the end carries it
 * out. In the target cell the instance arrives, and is shown after the hand-over; a delete in between is recorded there too.
 */

/** How long a request waits for the outcome, and how often it looks for what another conductor has written, ms. */
const MAX_WAIT_MS = 2_000;
const LOOK_AGAIN_MS = 100;

export const hasMoved = (uuid: string): VolvoxError =>
  new VolvoxError('moved', `Instance ${uuid} is placed in another cell.`);

export const arriving = (uuid: string): VolvoxError =>
  new VolvoxError('conflict', `Instance ${uuid} is being moved to this cell; try again.`);

/** Waits for the end of a hand-over of the instance. @throws VolvoxError moved when it has left; conflict when it takes too long. */
export async function passHandOver(parts: ConductorParts, uuid: string): Promise<void> {
  const until = parts.clock.now() + MAX_WAIT_MS;
  for (;;) {
    const move = await handOverOf(parts.database.read, uuid);
    if (move === null) return;
    if (move.requested === 'release') throw hasMoved(uuid);
    const left = until - parts.clock.now();
    if (left <= 0) {
      throw new VolvoxError('conflict', `Instance ${uuid} is being handed over to another cell; try again.`);
    }
    await parts.moves.wait(Math.min(left, LOOK_AGAIN_MS));
  }
}

interface Deletion {
  readonly uuid: string;
  readonly operationId: string;
  readonly actor: Actor;
}

class Fenced extends Error {}

/**
 * Runs a change of the instance in a transaction, and rolls it back if the instance was fenced in between. The fence writes the instance's
 * row, and `write` must do so first, so one waits for the other: the exported instance has the change, or the change is rolled back.
 * @returns the result of `write`; false when it was rolled back.
 */
export async function unlessFenced(
  parts: ConductorParts,
  uuid: string,
  write: (tx: CellTx) => Promise<boolean>,
): Promise<boolean> {
  try {
    return await parts.database.transaction(async (tx) => {
      const written = await write(tx);
      if (written && (await handOverOf(tx, uuid)) !== null) throw new Fenced();
      return written;
    });
  } catch (error) {
    if (error instanceof Fenced) return false;
    throw error;
  }
}

/**
 * Records a delete if the instance is being handed over. A repeated request, and any further delete, gets the operation of the first one.
 * @returns the delete's operation, which waits for the outcome; null when no hand-over is in progress.
 * @throws VolvoxError moved when the instance has left.
 */
export async function deleteDuringHandOver(
  tx: CellTx,
  parts: ConductorParts,
  request: Deletion,
): Promise<string | null> {
  const { uuid } = request;
  const found = await handOverOf(tx, uuid);
  const move = found === null ? null : await lockMoveOut(tx, found.moveId);
  const isFenced = move?.reached === 'fence';
  if (isFenced && move.requested === 'release') throw hasMoved(uuid);
  // After an abort the instance is not fenced any more, and still goes to the earlier delete.
  const earlier = await parkedDelete(tx, uuid);
  if (earlier !== null) return earlier.id;
  if (!isFenced) return null;
  await beginParked(tx, parts, request, move.moveId);
  await noteDelete(tx, move.moveId);
  return request.operationId;
}

/**
 * Records a delete for an instance that has arrived and is not shown yet. The instance goes to the delete instead of being started; an
 * abort of the move drops both.
 * @param owner the instance's operation. @returns the delete's operation; null when the move is over, or has reached another phase.
 * @throws VolvoxError conflict when the move is being aborted.
 */
export async function deleteOnArrival(
  tx: CellTx,
  parts: ConductorParts,
  request: Deletion,
  owner: string,
): Promise<string | null> {
  const { uuid } = request;
  const move = await lockMoveInOf(tx, uuid, owner);
  if (move?.reached !== 'arrive') return null;
  if (move.requested === 'abort') throw arriving(uuid);
  const earlier = await parkedDelete(tx, uuid);
  if (earlier !== null) return earlier.id;
  await beginParked(tx, parts, request, move.moveId);
  return request.operationId;
}

async function beginParked(tx: CellTx, parts: ConductorParts, request: Deletion, moveId: string): Promise<void> {
  const { uuid, operationId, actor } = request;
  const { requestId, userId, projectId } = actor;
  const operation = {
    id: operationId,
    kind: 'delete',
    subject: uuid,
    params: { moveId },
    requestId,
    userId,
    projectId,
  };
  if (!(await parts.engine.begin(tx, operation)))
    throw new VolvoxError('conflict', `Operation ${operationId} exists already.`);
  await park(tx, operationId);
}
