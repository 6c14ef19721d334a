import type { OperationStep } from '../objects/operation.ts';
import { timestamp } from '../time/clock.ts';
import type { OperationRow } from './store.ts';

/**
 * What happened to an operation, oldest first, as a part of its row. The last entry may be open: the step that is being done (from the
 * second one on), or the one that waits. Tries that failed between two others of the same step are the first to be forgotten.
 */
type History = readonly OperationStep[];

/** Most entries that are kept. */
const MAX_HISTORY = 200;

export interface Try {
  readonly step: string;
  readonly worker: string;
  /** When this worker began to look, ms since the epoch. */
  readonly startedAt: number;
  readonly now: number;
  /** Where it works, as far as it said. */
  readonly host?: string | undefined;
}

interface Outcome {
  readonly outcome: NonNullable<OperationStep['outcome']>;
  readonly message: string | null;
  readonly pointOfNoReturn?: true;
}

type Source = Pick<OperationRow, 'history' | 'state' | 'attempt' | 'createdAt'>;

/** The entry that is not over. */
export function openEntry(history: History): OperationStep | undefined {
  const last = history.at(-1);
  return last?.outcome === null ? last : undefined;
}

/** The step that is being done or undone, as far as the history tells: all but the first one, which leaves no entry until it waits or fails. */
export function currentStep(row: Pick<OperationRow, 'history'>): string | undefined {
  const last = row.history.at(-1);
  return last === undefined || last.outcome === 'done' ? undefined : last.name;
}

/** The step past which an operation only goes forward, if it is done. */
export const committedStep = (history: History): string | null =>
  history.find((entry) => entry.pointOfNoReturn === true)?.name ?? null;

/** The row's current try is over. */
export function closed(row: Source, attempt: Try, { pointOfNoReturn, ...outcome }: Outcome): History {
  return appended(row, {
    ...entryOf(row, attempt),
    ...outcome,
    finishedAt: timestamp(attempt.now),
    ...(pointOfNoReturn === undefined ? {} : { pointOfNoReturn }),
  });
}

/** The row's current try waits. */
export const waiting = (row: Source, attempt: Try, waitingFor: string | null): History =>
  appended(row, { ...entryOf(row, attempt), message: waitingFor ?? 'an answer from outside' });

/** The first try of `step` begins as the row's last one ends. */
export const opened = (row: Source, attempt: Try): History =>
  appended(row, entryOf(row, { step: attempt.step, worker: attempt.worker, startedAt: attempt.now, now: attempt.now }));

function entryOf(row: Source, { step, worker, startedAt, host = openEntry(row.history)?.host }: Try): OperationStep {
  return {
    seq: (withoutOpen(row.history).at(-1)?.seq ?? 0) + 1,
    name: step,
    direction: row.state === 'undoing' ? 'undo' : 'do',
    attempt: row.attempt,
    startedAt: openEntry(row.history)?.startedAt ?? timestamp(firstLook(row, startedAt)),
    finishedAt: null,
    outcome: null,
    message: null,
    worker,
    ...(host === undefined ? {} : { host }),
  };
}

/** The first try of a step began when the one before it was over; a later one when it was looked at. */
function firstLook({ history, attempt, createdAt }: Source, startedAt: number): number {
  if (attempt > 1) return startedAt;
  const previous = history.at(-1)?.finishedAt;
  return Math.min(startedAt, previous == null ? createdAt : Date.parse(previous));
}

const withoutOpen = (history: History): History => (openEntry(history) === undefined ? history : history.slice(0, -1));

function appended({ history }: Source, entry: OperationStep): History {
  const all = [...withoutOpen(history), entry];
  if (all.length <= MAX_HISTORY) return all;
  const again = all.findIndex((one, i) => i > 0 && isFailureOf(one, all[i - 1]) && isFailureOf(one, all[i + 1]));
  return all.toSpliced(again === -1 ? 0 : again, 1);
}

const isFailureOf = (entry: OperationStep, other: OperationStep | undefined): boolean =>
  entry.outcome === 'failed' && other?.name === entry.name && other.direction === entry.direction;
