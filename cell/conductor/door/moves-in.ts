import type { doorContract } from '#platform/contracts/door.ts';
import type { MoveInAdvance, MoveInStatus } from '#platform/contracts/door-moves.ts';
import { MOVE_IN } from '#platform/contracts/moves.ts';
import { toJson } from '#platform/database/json-column.ts';
import { isDuplicate } from '#platform/database/sql-errors.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import { OVER } from '#platform/time/over.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { endedOperation } from '../../database/stores/ended-operations.ts';
import {
  insertMoveIn,
  lockMoveIn,
  type MoveInRow,
  moveInOnHost,
  writeRequested,
} from '../../database/stores/moves-in.ts';
import type { ConductorParts } from '../parts.ts';
import { beginMoveIn } from './begin-move-in.ts';

type Calls = 'beginMoveIn' | 'moveIn' | 'moveInStatus';

/** How often a waiting call reads the row, and how long it waits at most, ms. */
const LOOK_MS = 50;
const MAX_WAIT_MS = 10_000;
const MAX_TRIES = 3;

/** The door's calls for the target cell of a move. */
export const movesIn = (parts: ConductorParts): Pick<Handlers<typeof doorContract>, Calls> => ({
  beginMoveIn: (request) => beginMoveIn(parts, request),
  moveIn: (advance, { signal }) => advanceMoveIn(parts, advance, signal),
  moveInStatus: async ({ moveId }) => (await statusOf(parts, moveId)) ?? unknown('none'),
});

const unknown = (reached: 'none' | 'gone'): MoveInStatus => ({
  ...{ reached, message: null, hostId: null, hostName: null, progress: 0 },
});

async function statusOf(parts: ConductorParts, moveId: string): Promise<MoveInStatus | null> {
  const row = await moveInOnHost(parts.database.read, moveId);
  if (row === null) return null;
  const { reached, message, hostId, hostName } = row;
  const hasDisks = MOVE_IN.hasReached(reached, 'copy');
  return { reached, message, hostId, hostName, progress: hasDisks ? 100 : (row.progress ?? 0) };
}

/** @throws VolvoxError conflict when a later worker has the move, or for another epoch; invalid when the request lacks a part of its phase. */
async function advanceMoveIn(
  parts: ConductorParts,
  advance: MoveInAdvance,
  signal: AbortSignal,
): Promise<MoveInStatus> {
  checkLoad(advance);
  const row = await recordRequest(parts, advance);
  if (row === null) return unknown('gone');
  if (row.operationId !== null && !MOVE_IN.hasEnded(row.reached)) parts.engine.wake(row.operationId);
  const tooLate = row.requested !== 'abort' && advance.phase === 'abort';
  const until = tooLate ? 0 : parts.clock.now() + Math.min(advance.waitMs, MAX_WAIT_MS);
  for (;;) {
    // Begins to wait before it reads the row, so that it misses no change in between.
    const notifier = new AbortController();
    const left = until - parts.clock.now();
    const changed = parts.moves.wait(Math.max(1, Math.min(LOOK_MS, left)), AbortSignal.any([signal, notifier.signal]));
    const status = (await statusOf(parts, advance.moveId)) ?? unknown('gone');
    if (MOVE_IN.isCarriedOut(status.reached, advance.phase) || left <= 0 || signal.aborted) {
      notifier.abort(OVER);
      return status;
    }
    await changed;
  }
}

function checkLoad({ phase, source, moved, uuid }: MoveInAdvance): void {
  if (phase === 'copy' && source === null)
    throw new VolvoxError('invalid', "door.moveIn: the phase 'copy' needs a source");
  if (phase !== 'arrive') return;
  if (moved === null) throw new VolvoxError('invalid', "door.moveIn: the phase 'arrive' needs the instance");
  for (const entry of moved.operations) endedOperation(entry, uuid);
}

/** Writes the requested phase. @returns the row afterwards; null: the move is not known, and nothing was written. */
async function recordRequest(parts: ConductorParts, advance: MoveInAdvance): Promise<MoveInRow | null> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await parts.database.transaction((tx) => writeAdvance(tx, advance, parts.clock.now()));
    } catch (error) {
      if (!isDuplicate(error) || attempt >= MAX_TRIES) throw error;
    }
  }
}

async function writeAdvance(tx: CellTx, advance: MoveInAdvance, now: number): Promise<MoveInRow | null> {
  const { moveId, token, phase, source, moved } = advance;
  const row = await lockMoveIn(tx, moveId);
  if (row === null) {
    if (phase !== 'abort') return null;
    const tombstone = tombstoneOf(advance, now);
    await insertMoveIn(tx, tombstone);
    return tombstone;
  }
  if (token < row.token) throw new VolvoxError('conflict', `Another worker handles the move ${moveId}.`);
  if (advance.epoch !== row.epoch || advance.uuid !== row.instanceUuid) {
    throw new VolvoxError('conflict', `The move ${moveId} is at epoch ${row.epoch} here.`);
  }
  if (MOVE_IN.hasEnded(row.reached)) return row;
  const requested = MOVE_IN.requestedAfter(row.requested, phase);
  const early = !MOVE_IN.hasReached(row.reached, 'arrive');
  const load = {
    ...(phase === 'copy' && source !== null && early ? { source: toJson(source) } : {}),
    ...(phase === 'arrive' && moved !== null && early ? { moved: toJson(moved) } : {}),
  };
  await writeRequested(tx, moveId, { requested, token, ...load });
  return { ...row, requested, token, ...load };
}

/** A row for a move that was aborted before it began here: a `begin` that arrives later finds that the move is over. */
const tombstoneOf = ({ moveId, uuid, epoch, token }: MoveInAdvance, now: number): MoveInRow => ({
  moveId,
  instanceUuid: uuid,
  epoch,
  operationId: null,
  requested: 'abort',
  reached: 'undone',
  token,
  hostId: null,
  guestId: null,
  message: 'The move was aborted before it began here.',
  instance: null,
  source: null,
  moved: null,
  changedAt: now,
});
