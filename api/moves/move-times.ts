import { MOVE_OUTPUTS, type MoveStepName } from '#platform/contracts/moves.ts';
import type { OperationStep } from '#platform/objects/operation.ts';
import type { OperationRow } from '#platform/operations/store.ts';

/** Times from the history of a move. Its steps are MOVE_STEPS (platform/contracts/moves.ts). */
interface MoveTimes {
  /** From the shutdown of the guest until it ran again, in either cell; null: it was not shut down, or is still down. */
  readonly downtimeMs: number | null;
  /** The start of the disk transfer, and its duration; null: not started, or not finished. */
  readonly transferStartedAt: number | null;
  readonly transferMs: number | null;
  /** From the request to the end. */
  readonly totalMs: number | null;
}

export function moveTimes(row: Pick<OperationRow, 'history' | 'outputs' | 'createdAt' | 'finishedAt'>): MoveTimes {
  const { history, createdAt, finishedAt } = row;
  const stopped = began(history, 'stop');
  const up = ended(history, 'start', 'do') ?? ended(history, 'stop', 'undo');
  const transferStartedAt = began(history, 'copy');
  const transferred = ended(history, 'copy', 'do');
  return {
    downtimeMs: wasRunning(row) && stopped !== null && up !== null ? up - stopped : null,
    transferStartedAt,
    transferMs: transferStartedAt !== null && transferred !== null ? transferred - transferStartedAt : null,
    totalMs: finishedAt === null ? null : finishedAt - createdAt,
  };
}

/** The output of the step `place` records the power state before the move, which the move restores. */
function wasRunning(row: Pick<OperationRow, 'outputs'>): boolean {
  return MOVE_OUTPUTS.read(row, 'place')?.before !== 'stopped';
}

function began(history: readonly OperationStep[], name: MoveStepName): number | null {
  const first = history.find((step) => step.name === name && step.direction === 'do');
  return first === undefined ? null : Date.parse(first.startedAt);
}

function ended(
  history: readonly OperationStep[],
  name: MoveStepName,
  direction: OperationStep['direction'],
): number | null {
  const last = history.findLast((step) => step.name === name && step.direction === direction);
  return last?.outcome === 'done' && last.finishedAt !== null ? Date.parse(last.finishedAt) : null;
}
