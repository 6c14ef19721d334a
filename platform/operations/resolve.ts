import { VolvoxError } from '../errors/volvox-error.ts';
import { closed, committedStep, currentStep } from './history.ts';
import type { OperationRow, OperationStore, Resolved } from './store.ts';

/** An operator's word on an operation. */
export interface Resolution {
  readonly id: string;
  /**
   * forward: the step is tried again now, and the operation has its whole time once more; not of one that is being undone. back: what was
   * done is undone, from now on; not past the point of no return. Of one that is being undone: tried again now.
   */
  readonly direction: 'forward' | 'back';
  /** Who says so; stands in the history. */
  readonly by: string;
}

/** So often it is looked at anew when a worker was quicker. */
const MAX_LOOKS = 20;
/** What the user is told of an operation that an operator turned back. */
const TURNED_BACK = 'An operator turned it back.';

/**
 * Does what an operator says, at once and for certain: a worker that holds the operation loses it, and what its step is about to write is
 * refused, or was written before and is what the operator's word is about. Wake the operation afterwards.
 * @param stepName the name of the row's step, where the definition is known.
 * @returns the row as it is now.
 * @throws VolvoxError not-found; conflict, with the reason, when it has ended or can't go there.
 */
export async function resolveOperation<Tx>(
  store: Pick<OperationStore<Tx>, 'get' | 'resolve'>,
  resolution: Resolution,
  now: number,
  stepName?: (row: OperationRow) => string | undefined,
): Promise<OperationRow> {
  for (let look = 0; look < MAX_LOOKS; look++) {
    const row = await store.get(resolution.id);
    if (row === null) throw new VolvoxError('not-found', `Operation ${resolution.id} could not be found.`);
    const step = stepName?.(row) ?? currentStep(row) ?? `#${row.stepIndex}`;
    const resolved = decide(row, step, resolution, now);
    if (await store.resolve(row, resolved)) return (await store.get(row.id)) ?? row;
  }
  throw new VolvoxError('conflict', `Operation ${resolution.id} changes too quickly to be resolved; look at it again.`);
}

function decide(row: OperationRow, step: string, { direction, by }: Resolution, now: number): Resolved {
  const refuse = (why: string) => new VolvoxError('conflict', `Operation ${row.id} (${row.kind}) ${why}`);
  if (row.finishedAt !== null) throw refuse(`has ended: it is ${row.state}.`);
  const undoing = row.state === 'undoing';
  const passed = committedStep(row.history);
  if (undoing && direction === 'forward')
    throw refuse(`is being undone (${row.message ?? 'no reason is known'}) and cannot go forward again.`);
  if (!undoing && direction === 'back' && passed !== null)
    throw refuse(`is past its point of no return, the step ${passed}: it only goes forward.`);

  const history = closed(
    row,
    { step, worker: 'operator', startedAt: now, now },
    { outcome: 'resolved', message: `resolved ${direction} by ${by}` },
  );
  const again = { attempt: 1, history, wakeAt: now, updatedAt: now };
  if (direction === 'forward') return { ...again, state: 'running', message: null, deadlineAt: now + wholeTimeMs(row) };
  return {
    ...again,
    state: 'undoing',
    message: undoing ? row.message : TURNED_BACK,
    deadlineAt: row.deadlineAt,
  };
}

/** The operation's time as it was given when it began, or when it was last sent forward. */
function wholeTimeMs(row: OperationRow): number {
  const sent = row.history.findLast((entry) => entry.outcome === 'resolved' && entry.direction === 'do');
  return row.deadlineAt - (sent?.finishedAt == null ? row.createdAt : Date.parse(sent.finishedAt));
}
