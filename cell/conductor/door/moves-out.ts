import type { doorContract } from '#platform/contracts/door.ts';
import type { MoveOutRequest, MoveOutStatus } from '#platform/contracts/door-moves.ts';
import { MOVE_OUT } from '#platform/contracts/moves.ts';
import { isDuplicate } from '#platform/database/sql-errors.ts';
import { changedMeanwhile } from '#platform/errors/changed-meanwhile.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import type { CellTx } from '../../database/cell-database.ts';
import {
  findMoveOut,
  insertMoveOut,
  lockMoveOut,
  type MoveOutRow,
  requestPhase,
} from '../../database/stores/moves-out.ts';
import { VersionConflict } from '../actions/version-conflict.ts';
import type { ConductorParts } from '../parts.ts';
import { beginMoveOut } from './begin-move-out.ts';
import { estimateMove } from './estimate-move.ts';
import { moveOutStatus } from './move-out-status.ts';

type Calls = 'estimateMove' | 'moveOut';

/** The door's calls for the source cell of a move. */
export const movesOut = (parts: ConductorParts): Pick<Handlers<typeof doorContract>, Calls> => ({
  estimateMove: ({ uuid }, { signal }) => estimateMove(parts, uuid, signal),
  moveOut: (request, { signal }) => moveOut(parts, request, signal),
});

/** How often a request is tried when other writers change the same rows at the same moment. */
const MAX_TRIES = 5;
/** How often a waiting call looks for what another conductor has written, ms. */
const LOOK_AGAIN_MS = 100;

/**
 * Records the requested phase, and waits until it is reached, at most `waitMs`. Repeating it changes nothing.
 * @throws VolvoxError conflict when a later worker has the move, or (begin) the instance may not be moved; not-found, moved (begin).
 */
async function moveOut(parts: ConductorParts, request: MoveOutRequest, signal: AbortSignal): Promise<MoveOutStatus> {
  const until = parts.clock.now() + request.waitMs;
  let move = await recordRequest(parts, request);
  if (move !== null && move.operationId !== null && !MOVE_OUT.hasEnded(move.reached))
    parts.engine.wake(move.operationId);
  while (move !== null && !MOVE_OUT.isCarriedOut(move.reached, move.requested) && !signal.aborted) {
    const left = until - parts.clock.now();
    if (left <= 0) break;
    await parts.moves.wait(Math.min(left, LOOK_AGAIN_MS), signal);
    move = await findMoveOut(parts.database.read, request.moveId);
  }
  return moveOutStatus(parts, move);
}

async function recordRequest(parts: ConductorParts, request: MoveOutRequest): Promise<MoveOutRow | null> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await parts.database.transaction((tx) => write(tx, parts, request));
    } catch (error) {
      if (!(error instanceof VersionConflict || isDuplicate(error))) throw error;
      if (attempt >= MAX_TRIES) throw changedMeanwhile(`Instance ${request.uuid}`, 'is being');
    }
  }
}

/** @returns the move's row; null when the cell does not know the move. */
async function write(tx: CellTx, parts: ConductorParts, request: MoveOutRequest): Promise<MoveOutRow | null> {
  const { moveId, phase, token } = request;
  const now = parts.clock.now();
  const move = await lockMoveOut(tx, moveId);
  if (move === null) {
    if (phase === 'begin') await beginMoveOut(tx, parts, request);
    else if (phase === 'abort') await insertMoveOut(tx, overBeforeItBegan(request), now);
    else return null;
    return lockMoveOut(tx, moveId);
  }
  if (token < move.token)
    throw new VolvoxError('conflict', `A later worker handles the move ${moveId}.`, {
      details: { token: move.token },
    });
  const requested = MOVE_OUT.hasEnded(move.reached) ? move.requested : MOVE_OUT.requestedAfter(move.requested, phase);
  if (requested === move.requested && token === move.token) return move;
  const isFirstRelease = requested === 'release' && move.requested !== 'release';
  const keepQuarantined = move.keepQuarantined || (isFirstRelease && request.keepQuarantined === true);
  const changes = { requested, token, keepQuarantined };
  await requestPhase(tx, moveId, changes, now);
  return { ...move, ...changes };
}

/** A row for a move that was aborted before it began: a `begin` that arrives later finds that the move is over. */
const overBeforeItBegan = ({ moveId, uuid, epoch, token }: MoveOutRequest) => ({
  moveId,
  instanceUuid: uuid,
  epoch,
  operationId: null,
  requested: 'abort' as const,
  reached: 'undone' as const,
  token,
  message: 'The move was aborted before it began.',
});
