import type { MoveInStatus, MoveOutStatus } from '#platform/contracts/door-moves.ts';
import type { MoveServerParams } from '#platform/contracts/global-operations.ts';
import { MOVE_IN, MOVE_OUT, MOVE_OUTPUTS, type MoveInPhase, type MoveOutPhase } from '#platform/contracts/moves.ts';
import type { DoorClient } from '#platform/directory/cell-doors.ts';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { type StepContext, StepRefused } from '#platform/operations/definition.ts';
import type { GlobalDeps } from '../deps.ts';

type Context = StepContext<MoveServerParams, DirectoryTx>;

/** How long a door may delay its answer until the requested phase is reached, ms. */
const LONG_POLL_MS = 2_000;

export function doorOf(cellId: string, { cells }: GlobalDeps): DoorClient {
  const cell = cells.find(cellId);
  if (cell === undefined) throw new VolvoxError('unavailable', `Cell ${cellId} is not known here.`);
  return cell.door;
}

export const options = ({ requestId, signal }: Context) => ({ requestId, signal });

export const moveCallOf = (context: Context) => ({
  moveId: context.operationId,
  uuid: context.params.uuid,
  token: context.leaseToken,
  waitMs: LONG_POLL_MS,
});

export const actorOf = ({ userId, projectId, requestId }: Context) => ({
  userId: userId ?? '',
  projectId: projectId ?? '',
  isAdmin: true,
  requestId,
});

/** A refusal of a cell is final; a cell that does not answer may answer later. */
export function refusedByCell(error: unknown): never {
  const kinds = ['conflict', 'invalid', 'not-found', 'forbidden', 'unsupported', 'moved'] as const;
  if (kinds.some((kind) => isVolvoxError(error, kind))) throw new StepRefused((error as Error).message);
  throw error;
}

/** `keepQuarantined`: with `release`, the guest is quarantined for an operator, instead of removed. */
export const tellSource = (
  context: Context,
  deps: GlobalDeps,
  phase: MoveOutPhase | 'abort',
  keepQuarantined = false,
): Promise<MoveOutStatus> =>
  doorOf(context.params.fromCellId, deps).moveOut(
    {
      ...moveCallOf(context),
      epoch: context.params.epoch,
      phase,
      actor: actorOf(context),
      ...(keepQuarantined ? { keepQuarantined } : {}),
    },
    options(context),
  );

/** Requests `phase` from the source. @returns null until it is reached. @throws StepRefused when the source went back instead. */
export async function sourceReached(
  context: Context,
  deps: GlobalDeps,
  phase: MoveOutPhase,
): Promise<MoveOutStatus | null> {
  const status = await tellSource(context, deps, phase).catch(refusedByCell);
  if (MOVE_OUT.hasGivenUp(status.reached))
    throw new StepRefused(status.message ?? 'The server is not there to be moved any more.');
  return MOVE_OUT.hasReached(status.reached, phase) ? status : null;
}

export const tellTarget = (
  context: Context,
  deps: GlobalDeps,
  phase: MoveInPhase | 'abort',
  brings: Partial<Pick<MoveOutStatus, 'source' | 'moved'>> = {},
): Promise<MoveInStatus> => {
  const placed = MOVE_OUTPUTS.read(context, 'place');
  if (placed === undefined) throw new Error('no epoch is reserved for the target yet');
  const request = {
    ...moveCallOf(context),
    epoch: placed.epoch,
    phase,
    source: brings.source ?? null,
    moved: brings.moved ?? null,
  };
  return doorOf(context.params.toCellId, deps).moveIn(request, options(context));
};

/** The same for the target. */
export async function targetReached(
  context: Context,
  deps: GlobalDeps,
  phase: MoveInPhase,
  brings: Partial<Pick<MoveOutStatus, 'source' | 'moved'>> = {},
): Promise<boolean> {
  const status = await tellTarget(context, deps, phase, brings).catch(refusedByCell);
  if (MOVE_IN.hasGivenUp(status.reached))
    throw new StepRefused(status.message ?? 'The target cell has given its part of the move up.');
  return MOVE_IN.hasReached(status.reached, phase);
}
