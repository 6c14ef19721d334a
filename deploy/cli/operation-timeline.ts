import type { OperationStep, OperationView } from '#platform/objects/operation.ts';
import { asTable } from './output.ts';

/**
 * What happened to an operation, for a terminal: a line an entry of its history, with the time since it was accepted at which the entry
 * began and how long it took, and a last line with what is so at `now` (ms since the epoch).
 */
export function timeline(operation: OperationView, now: number): string {
  const { kind, subject, steps } = operation;
  const rows = steps.map((step) => ({
    start: `+${duration(since(operation, step.startedAt))}`,
    took: tookOf(step, now),
    step: step.name,
    way: step.direction,
    try: step.attempt,
    outcome: outcomeOf(step),
    worker: step.worker,
    message: messageOf(step),
  }));
  const table = rows.length === 0 ? '' : asTable(rows);
  return `${kind} of ${subject}, accepted ${operation.createdAt}\n${table}${stateOf(operation, now)}\n`;
}

/** 12 ms, 3.45 s, 75.0 s. */
export const duration = (ms: number): string =>
  ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s`;

const since = ({ createdAt }: OperationView, moment: string): number =>
  Math.max(0, Date.parse(moment) - Date.parse(createdAt));

const tookOf = ({ startedAt, finishedAt }: OperationStep, now: number): string =>
  duration(Math.max(0, (finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt)));

function outcomeOf({ outcome, message }: OperationStep): string {
  if (outcome !== null) return outcome;
  return message === null ? 'in progress' : 'waiting';
}

function messageOf({ outcome, message, pointOfNoReturn }: OperationStep): string {
  if (pointOfNoReturn === true) return 'point of no return: only forward from here';
  if (outcome === null && message !== null) return `for ${message}`;
  return message ?? '';
}

/** Where it stands: how it ended, or what it waits for. */
function stateOf(operation: OperationView, now: number): string {
  const { state, step, steps, attempt, message, overdue, deadlineAt, finishedAt } = operation;
  if (finishedAt !== null) {
    const why = state === 'undone' && message !== null ? `: ${message}` : '';
    return `${state} after ${duration(since(operation, finishedAt))}${why}`;
  }
  const last = steps.at(-1);
  const open = last?.outcome === null ? last : undefined;
  const waiting = open === undefined ? null : open.message;
  const doing = state === 'undoing' ? 'undoing' : 'at';
  const what = waiting === null ? `${doing} ${step}, try ${attempt}` : `${doing} ${step}, waiting for ${waiting}`;
  const due = Date.parse(deadlineAt) - now;
  const late = overdue ? `late by ${duration(-due)}` : `${duration(due)} left`;
  return `${state === 'undoing' ? 'going back' : state}: ${what}; ${late}${message === null ? '' : `; ${message}`}`;
}
