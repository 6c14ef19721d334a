import type { OperationState } from '../objects/operation.ts';
import { backoffMs } from '../time/backoff.ts';
import type { AnyOperation, Step } from './definition.ts';
import { closed, openEntry, opened, type Try, waiting } from './history.ts';
import type { OperationProgress, OperationRow } from './store.ts';

/** What a row becomes after a step: pure functions of the row, its definition and what happened. */

const DEFAULT_ATTEMPTS = 5;
/** Longest pause between two tries of a step, and the pace of one that is late, ms. */
const MAX_BACKOFF_MS = 5_000;
const LATE_PAUSE_MS = 30_000;

/** A try of the step that the row names, by the worker that holds it. */
export interface StepTry {
  readonly definition: AnyOperation<never, never>;
  readonly row: OperationRow;
  readonly step: Pick<Step<never, never, never>, 'name' | 'attempts' | 'pointOfNoReturn'>;
  readonly worker: string;
  readonly startedAt: number;
  readonly now: number;
  readonly leaseMs: number;
  /** Where the step said it works. */
  readonly host: string | undefined;
}

const tryOf = ({ step, worker, startedAt, now, host }: StepTry): Try => ({
  step: step.name,
  worker,
  startedAt,
  now,
  host,
});

/** Whether the point of no return lies before the row's step. */
const isCommitted = (definition: AnyOperation<never, never>, row: Pick<OperationRow, 'stepIndex'>): boolean =>
  definition.steps.slice(0, row.stepIndex).some((step) => step.pointOfNoReturn === true);

/** It may still be turned round. */
const mayTurnBack = ({ definition, row }: StepTry): boolean =>
  (row.state === 'running' || row.state === 'stranded') && !isCommitted(definition, row);

const isLate = ({ row, now }: StepTry): boolean => now > row.deadlineAt;

/** Its time is over, and its policy is to go back. */
export const mustTurnBack = (attempt: StepTry): boolean =>
  isLate(attempt) && attempt.definition.deadline.policy === 'back' && mayTurnBack(attempt);

/** The step succeeded in its direction. */
export function advanced(attempt: StepTry, output: unknown): OperationProgress {
  const { row, step, definition } = attempt;
  const undoing = row.state === 'undoing';
  const stepIndex = undoing ? row.stepIndex - 1 : row.stepIndex + 1;
  const commits = !undoing && step.pointOfNoReturn === true;
  const moved: OperationRow = {
    ...row,
    state: row.state === 'stranded' ? 'running' : row.state,
    stepIndex,
    attempt: 1,
    outputs: undoing || output === undefined ? row.outputs : { ...row.outputs, [step.name]: output },
    history: closed(row, tryOf(attempt), {
      outcome: 'done',
      message: null,
      ...(commits ? { pointOfNoReturn: true } : {}),
    }),
    wakeAt: attempt.now,
  };
  const next = definition.steps[stepIndex];
  if (next === undefined) return ended(attempt, moved, undoing ? 'undone' : 'done');
  return progressOf(attempt, { ...moved, history: opened(moved, { ...tryOf(attempt), step: next.name }) });
}

/** From doing to undoing, beginning with this step: it may have done a part. */
export function turnedBack(attempt: StepTry, outcome: 'failed' | 'refused', message: string): OperationProgress {
  const { row, now } = attempt;
  const history = closed(row, tryOf(attempt), { outcome, message });
  const turned: OperationRow = { ...row, state: 'undoing', attempt: 1, message, history, wakeAt: now };
  return progressOf(attempt, { ...turned, history: opened(turned, tryOf(attempt)) });
}

/**
 * The step waits, and is looked at again after `recheckMs`, or before when it is woken. Held by nobody. Its tries count anew: what
 * failed before it got on is no reason to give up.
 */
export function parked(attempt: StepTry, recheckMs: number, waitingFor: string | null): OperationProgress {
  const { row, now } = attempt;
  const late = isLate(attempt) && row.state === 'running' && !mustTurnBack(attempt);
  return {
    ...progressOf(attempt, row),
    state: late ? 'stranded' : row.state,
    attempt: 1,
    history: waiting(row, tryOf(attempt), waitingFor),
    wakeAt: now + recheckMs,
    leaseExpiresAt: 0,
  };
}

/** The step failed: the way back, or another try after a pause, held by nobody until then. */
export function failed(
  attempt: StepTry,
  { refused, message }: { readonly refused: boolean; readonly message: string },
  random: () => number,
): OperationProgress {
  const { row, step, definition, now } = attempt;
  const outcome = refused ? 'refused' : 'failed';
  // An operation that goes forward after its deadline is not turned back by failures before it either: only by a refusal.
  const givesUp =
    refused || (definition.deadline.policy === 'back' && row.attempt >= (step.attempts ?? DEFAULT_ATTEMPTS));
  if (mustTurnBack(attempt) || (givesUp && mayTurnBack(attempt))) return turnedBack(attempt, outcome, message);

  // There is no other way than this one, so it is tried without end, and shown when it is late or refused.
  const undoing = row.state === 'undoing';
  const late = isLate(attempt);
  return {
    ...progressOf(attempt, row),
    state: !undoing && (late || refused) ? 'stranded' : row.state,
    attempt: row.attempt + 1,
    message: undoing ? row.message : message,
    history: closed(row, tryOf(attempt), { outcome, message }),
    wakeAt: now + (late && !undoing ? LATE_PAUSE_MS : backoffMs(row.attempt, 100, MAX_BACKOFF_MS, random)),
    leaseExpiresAt: 0,
  };
}

/** There is no further step in its direction. */
export const ended = (
  at: Pick<StepTry, 'now' | 'leaseMs'>,
  row: OperationRow,
  state: OperationState,
): OperationProgress => ({
  ...progressOf(at, row),
  state,
  leaseExpiresAt: 0,
  finishedAt: at.now,
});

/** What no worker of this release can do: it is looked at again when there may be one that can. */
export const leftAlone = (at: Pick<StepTry, 'now' | 'leaseMs'>, row: OperationRow, why: string): OperationProgress => ({
  ...progressOf(at, row),
  message: why,
  wakeAt: at.now + LATE_PAUSE_MS,
  leaseExpiresAt: 0,
});

/** True while the row's step has neither waited nor failed. */
export const isFirstLook = (row: OperationRow): boolean =>
  row.attempt === 1 && (openEntry(row.history)?.message ?? null) === null;

const progressOf = ({ now, leaseMs }: Pick<StepTry, 'now' | 'leaseMs'>, row: OperationRow): OperationProgress => ({
  state: row.state,
  stepIndex: row.stepIndex,
  attempt: row.attempt,
  outputs: row.outputs,
  history: row.history,
  message: row.message,
  wakeAt: row.wakeAt,
  leaseExpiresAt: now + leaseMs,
  finishedAt: row.finishedAt,
  updatedAt: now,
});
