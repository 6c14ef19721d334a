import type { Actor } from '#platform/contracts/door.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { lockMoveInOf } from '../../database/stores/moves-in.ts';
import { handOverOf, lockMoveOut, noteDelete } from '../../database/stores/moves-out.ts';
import { park, parkedDelete } from '../operations/parked-delete.ts';
import type { ConductorParts } from '../parts.ts';

/*
 * An instance is being handed over from when its fence is reached (operations/move-out.ts) until it has left or is unfenced again. What is
 * exported to the other cell then may not change any more; only a delete is taken down, and carried out by who has the instance in the end.
 * In the other cell it arrives, and after the hand-over is shown: a delete in between is taken down too.
 */

/** How long a request waits for the verdict, ms, and how often another conductor's word is looked for. */
const MAX_WAIT_MS = 2_000;
const LOOK_AGAIN_MS = 100;

export const hasMoved = (uuid: string): VolvoxError =>
  new VolvoxError('moved', `Instance ${uuid} is placed in another cell.`);

export const arriving = (uuid: string): VolvoxError =>
  new VolvoxError('conflict', `Instance ${uuid} is just being moved here; try again.`);

/** Waits until nobody hands the instance over. @throws VolvoxError moved when it has left; conflict when that is not known in time. */
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
 * Runs a change of the instance in a transaction, and takes it back when the instance was fenced meanwhile. The fence writes the
 * instance's row, as `write` must do at first: so the one waits for the other, and what is exported has the change or it never was.
 * @returns what `write` says; false when it was taken back.
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
 * Takes a delete down if the instance is being handed over. The same request again, and any further delete, gets the first one's operation.
 * @returns the delete's operation, which waits for the verdict; null when nobody hands the instance over.
 * @throws VolvoxError moved when it has left.
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
  // On the way back from an abort the instance is not fenced any more, and the earlier delete is still the one that gets it.
  const earlier = await parkedDelete(tx, uuid);
  if (earlier !== null) return earlier.id;
  if (!isFenced) return null;
  await beginParked(tx, parts, request, move.moveId);
  await noteDelete(tx, move.moveId);
  return request.operationId;
}

/**
 * Takes a delete down for an instance that has arrived and is not shown yet: it gets the instance in place of a start, and is dropped with
 * it when the move is aborted.
 * @param owner the instance's operation. @returns the delete's operation; null when the move is over, or has come further.
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
    throw new VolvoxError('conflict', `Operation ${operationId} has been begun before.`);
  await park(tx, operationId);
}
