import { sql } from 'kysely';
import { MOVE_SERVER } from '../../../contracts/global-operations.ts';
import { toJson } from '../../../database/json-column.ts';
import { VolvoxError } from '../../../errors/volvox-error.ts';
import type { DecisionRecord } from '../../../objects/decision-record.ts';
import type { Directory, DirectoryTx } from '../../directory.ts';
import { beginOperations } from '../operations.ts';
import { announcePortsOf } from '../ports.ts';
import { announceSubportsOf } from '../subports-of-servers.ts';
import { lockHome } from './get-homes.ts';
import { transition, tryTransition } from './transition.ts';

interface AcceptedMove {
  readonly uuid: string;
  readonly fromCellId: string;
  readonly toCellId: string;
  /** The name of a host of that cell; null: any. */
  readonly host: string | null;
  /** How much of its disks is to be sent, as far as it is known now; shown with the move. */
  readonly bytes?: number | null;
  /** Why the move may begin; null: that is not known. */
  readonly decision: DecisionRecord | null;
  readonly requestId: string;
  readonly userId: string | null;
  readonly projectId: string | null;
}

/**
 * A new move begins to handle the instance; until it is over, no other move can begin.
 * @returns the operation's id: after the commit, wake the queue `MOVE_SERVER.queue` with it.
 * @throws VolvoxError not-found; conflict when it is in no cell, in another one than `fromCellId`, or moving already.
 */
export async function acceptMove(tx: DirectoryTx, move: AcceptedMove, now: number): Promise<string> {
  const { uuid, fromCellId, toCellId, host, bytes = null, requestId, userId, projectId } = move;
  const home = await lockHome(tx, uuid);
  if (home === null || home.state === 'deleted')
    throw new VolvoxError('not-found', `Instance ${uuid} could not be found.`);
  if (home.state !== 'placed') throw new VolvoxError('conflict', `Instance ${uuid} is in no cell yet.`);
  if (home.moving !== null)
    throw new VolvoxError(
      'conflict',
      `Instance ${uuid} is being moved already (operation ${home.moving.operationId}).`,
    );
  if (home.cellId !== fromCellId)
    throw new VolvoxError('conflict', `Instance ${uuid} has moved to another cell. Repeat the request.`);
  if (toCellId === fromCellId) throw new VolvoxError('conflict', `Instance ${uuid} is in that cell already.`);
  const params = { uuid, fromCellId, toCellId, host, epoch: home.epoch, bytes };
  const [id] = await beginOperations(tx, MOVE_SERVER, [{ subject: uuid, params, requestId, userId, projectId }], now);
  if (id === undefined) throw new VolvoxError('internal', 'No move was written.');
  const decision = move.decision && toJson(move.decision);
  await transition(tx, 'beginMove', uuid, { moving_operation_id: id, decision }, now);
  return id;
}

/**
 * Reserves an epoch for the cell that is about to be asked to take the instance: higher than every epoch that a cell was ever asked
 * with. One statement; when it is repeated, the epoch stays the same.
 * @returns null when the move no longer handles the instance.
 */
export async function reserveTarget(
  { read, write }: Pick<Directory, 'read' | 'write'>,
  uuid: string,
  operationId: string,
  cellId: string,
  now: number,
): Promise<number | null> {
  const epoch = sql<number>`GREATEST(epoch, epoch_top) + 1`;
  const sets = { moving_cell_id: cellId, moving_epoch: epoch, epoch_top: epoch };
  const expected = { moving_operation_id: operationId, moving_epoch: null };
  await tryTransition(write, 'reserveTarget', uuid, sets, now, expected);
  const row = await read
    .selectFrom('instance_homes')
    .select('moving_epoch')
    .where('uuid', '=', uuid)
    .where('moving_operation_id', '=', operationId)
    .where('moving_cell_id', '=', cellId)
    .executeTakeFirst();
  return row?.moving_epoch ?? null;
}

/**
 * The point of no return: the target cell becomes the home of the instance, under the reserved epoch.
 * @returns false when its home is no longer the one from which the move began; then nothing was written.
 */
export async function handOverHome(
  tx: DirectoryTx,
  uuid: string,
  from: { readonly operationId: string; readonly cellId: string; readonly epoch: number },
  now: number,
): Promise<boolean> {
  const home = await lockHome(tx, uuid);
  const moving = home?.moving;
  if (home === null || home.state !== 'placed' || moving?.operationId !== from.operationId) return false;
  if (home.cellId !== from.cellId || home.epoch !== from.epoch || moving.cellId === null) return false;
  await transition(tx, 'handOver', uuid, { cell_id: moving.cellId, epoch: moving.epoch ?? home.epoch }, now);
  await announcePortsOf(tx, uuid);
  await announceSubportsOf(tx, uuid);
  return true;
}

/** The move is over, however it ended. */
export async function closeMove(tx: DirectoryTx, uuid: string, operationId: string, now: number): Promise<void> {
  const home = await lockHome(tx, uuid);
  if (home?.moving?.operationId !== operationId) return;
  const none = { moving_operation_id: null, moving_cell_id: null, moving_epoch: null };
  await transition(tx, 'endMove', uuid, none, now);
}
