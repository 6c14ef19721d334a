import { messageOf } from '../errors/volvox-error.ts';
import type { OperationState, OperationStep } from '../objects/operation.ts';
import { backoffMs } from '../time/backoff.ts';
import { timestamp } from '../time/clock.ts';
import { type AnyOperation, type Step, type StepContext, StepRefused, type StepResult } from './definition.ts';
import type { EngineOptions } from './engine-options.ts';
import type { OperationProgress, OperationRow } from './store.ts';

const DEFAULT_STEP_TIMEOUT_MS = 30_000;
const DEFAULT_ATTEMPTS = 5;
const MOST_HISTORY = 200;
/** Longest pause between two tries of a step, and the pace of a stranded operation, ms. */
const MOST_BACKOFF_MS = 5_000;
const STRANDED_PAUSE_MS = 30_000;

/** The lease went to another worker: nothing more may be written by this one. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

type Options<D, Tx> = Required<EngineOptions<D, Tx>>;

/**
 * Does the steps of a claimed operation until it ends or is parked. Invariants: only the holder of `leaseToken` writes; a step's
 * outcome is written before the next step begins; so after a crash at any place the row names a step that may be done again.
 * @throws LeaseLost, or what the store threw; the row then still says where to go on.
 */
export async function runOperation<D, Tx>(
  options: Options<D, Tx>,
  definition: AnyOperation<D, Tx> | undefined,
  claimed: OperationRow,
  wakeUps: { again: boolean },
  stopping: AbortSignal,
): Promise<void> {
  if (definition === undefined) {
    await park(options, claimed, STRANDED_PAUSE_MS, `no worker of this release knows the operation ${claimed.kind}`);
    return;
  }
  let row = claimed;
  const lost = new AbortController();
  const keeper = keepLease(options, row, lost);
  const signal = AbortSignal.any([lost.signal, stopping]);
  try {
    while (row.finishedAt === null) {
      wakeUps.again = false;
      const next = await oneStep(options, definition, row, signal);
      if (next === 'parked') {
        if (!wakeUps.again) return;
        const again = await options.store.claim(row.id, options.workerId, options.clock.now(), options.leaseMs);
        if (again === null) return;
        keeper.token = again.leaseToken;
        row = again;
      } else {
        row = next;
      }
    }
  } finally {
    keeper.stop();
  }
}

function keepLease<D, Tx>(options: Options<D, Tx>, row: OperationRow, lost: AbortController) {
  const { store, clock, leaseMs } = options;
  const over = new AbortController();
  const keeper = { token: row.leaseToken, stop: () => over.abort() };
  const loop = async () => {
    for (;;) {
      await clock.sleep(leaseMs / 3, over.signal);
      if (over.signal.aborted) return;
      const kept = await store.extend(row.id, keeper.token, clock.now() + leaseMs).catch(() => true);
      if (!kept && !over.signal.aborted) lost.abort(new LeaseLost(row.id));
    }
  };
  void loop();
  return keeper;
}

/** Does, or undoes, the step the row names, and writes the outcome. */
async function oneStep<D, Tx>(
  options: Options<D, Tx>,
  definition: AnyOperation<D, Tx>,
  row: OperationRow,
  signal: AbortSignal,
): Promise<OperationRow | 'parked'> {
  const { clock, store } = options;
  const step = definition.steps[row.stepIndex];
  if (step === undefined) return write(options, row, ended(options, row, row.state === 'undoing' ? 'undone' : 'done'));
  const startedAt = clock.now();

  if (row.state === 'running' && startedAt > row.deadlineAt && !committed(definition, row.stepIndex)) {
    return write(options, row, turnBack(options, row, step, startedAt, 'the deadline has passed'));
  }
  const undoing = row.state === 'undoing';
  let committedRow: OperationRow | undefined;
  // Aborted with the attempt's end, so that a step which was given up can't commit later.
  const attempt = new AbortController();
  try {
    const context = contextOf(options, row, step, AbortSignal.any([signal, attempt.signal]), async (work) => {
      await store.transaction(async (tx) => {
        const output = await work(tx);
        const progress = advance(options, definition, row, step, startedAt, output);
        if (attempt.signal.aborted || !(await store.save(row, progress, { tx }))) throw new LeaseLost(row.id);
        committedRow = { ...row, ...progress };
      });
      return { outcome: 'committed' };
    });
    const result = await withTimeout(carryOut(step, undoing, context, options.deps), step.timeoutMs, signal);
    if (committedRow !== undefined) return committedRow;
    if (result.outcome === 'done') {
      return await write(options, row, advance(options, definition, row, step, startedAt, result.output));
    }
    if (result.outcome === 'wait') {
      const late = clock.now() > row.deadlineAt && row.state === 'running' && committed(definition, row.stepIndex);
      const waiting: OperationRow = late ? { ...row, state: 'stranded' } : row;
      if (await pause(options, row, waiting, clock.now() + result.recheckMs)) return 'parked';
      return await reload(options, row);
    }
    throw new Error(`step ${step.name} says it committed, and did not`);
  } catch (error) {
    if (error instanceof LeaseLost || signal.aborted) throw error;
    // The commit itself went through, and only its answer or something after it failed: the row tells.
    if (committedRow !== undefined) return await reload(options, row);
    return await stepFailed(options, definition, row, step, startedAt, error);
  } finally {
    attempt.abort();
  }
}

function carryOut<D, Tx>(
  step: Step<unknown, D, Tx>,
  undoing: boolean,
  context: StepContext<unknown, Tx>,
  deps: D,
): Promise<StepResult> {
  if (!undoing) return step.do(context, deps);
  return typeof step.undo === 'function' ? step.undo(context, deps) : Promise.resolve({ outcome: 'done' });
}

function contextOf<D, Tx>(
  options: Options<D, Tx>,
  row: OperationRow,
  step: Step<unknown, D, Tx>,
  signal: AbortSignal,
  inTransaction: StepContext<unknown, Tx>['inTransaction'],
): StepContext<unknown, Tx> {
  return {
    operationId: row.id,
    subject: row.subject,
    params: row.params,
    outputs: row.outputs,
    requestId: row.requestId,
    userId: row.userId,
    projectId: row.projectId,
    attempt: row.attempt,
    now: options.clock.now(),
    deadlineAt: row.deadlineAt,
    leaseToken: row.leaseToken,
    reason: row.state === 'undoing' ? row.message : null,
    signal,
    log: options.log.child({ operation: row.id, kind: row.kind, step: step.name, requestId: row.requestId }),
    inTransaction,
  };
}

/** The row after a step succeeded in its direction. */
function advance<D, Tx>(
  options: Options<D, Tx>,
  definition: AnyOperation<D, Tx>,
  row: OperationRow,
  step: Step<unknown, D, Tx>,
  startedAt: number,
  output: unknown,
): OperationProgress {
  const undoing = row.state === 'undoing';
  const stepIndex = undoing ? row.stepIndex - 1 : row.stepIndex + 1;
  const moved: OperationRow = {
    ...row,
    state: row.state === 'stranded' ? 'running' : row.state,
    stepIndex,
    attempt: 1,
    outputs: undoing || output === undefined ? row.outputs : { ...row.outputs, [step.name]: output },
    history: remember(options, row, step, startedAt, 'done', null),
    wakeAt: options.clock.now(),
  };
  const last = undoing ? stepIndex < 0 : stepIndex >= definition.steps.length;
  return last ? ended(options, moved, undoing ? 'undone' : 'done') : progressOf(options, moved);
}

async function stepFailed<D, Tx>(
  options: Options<D, Tx>,
  definition: AnyOperation<D, Tx>,
  row: OperationRow,
  step: Step<unknown, D, Tx>,
  startedAt: number,
  error: unknown,
): Promise<OperationRow | 'parked'> {
  const message = messageOf(error);
  const refused = error instanceof StepRefused;
  options.log.warn(
    { err: error, operation: row.id, kind: row.kind, step: step.name, attempt: row.attempt },
    'step failed',
  );
  const mayGoBack = row.state === 'running' && !committed(definition, row.stepIndex);
  const usedUp = refused || row.attempt >= (step.attempts ?? DEFAULT_ATTEMPTS) || options.clock.now() > row.deadlineAt;
  if (mayGoBack && usedUp) return write(options, row, turnBack(options, row, step, startedAt, message, refused));

  // Forward past the point of no return, or backwards: there is no other way, so it is tried without end, and shown when it is late.
  const stranded = usedUp && options.clock.now() > row.deadlineAt && row.state !== 'undoing';
  const pauseMs = stranded ? STRANDED_PAUSE_MS : backoffMs(row.attempt, 100, MOST_BACKOFF_MS);
  const next: OperationRow = {
    ...row,
    state: stranded ? 'stranded' : row.state,
    attempt: row.attempt + 1,
    message: row.state === 'undoing' ? row.message : message,
    history: remember(options, row, step, startedAt, refused ? 'refused' : 'failed', message),
    wakeAt: options.clock.now() + pauseMs,
    leaseExpiresAt: 0,
  };
  await write(options, row, { ...progressOf(options, next), leaseExpiresAt: 0 });
  return 'parked';
}

/** From doing to undoing, beginning with the step that failed: it may have done a part. */
function turnBack<D, Tx>(
  options: Options<D, Tx>,
  row: OperationRow,
  step: Step<unknown, D, Tx>,
  startedAt: number,
  message: string,
  refused = false,
): OperationProgress {
  return progressOf(options, {
    ...row,
    state: 'undoing',
    attempt: 1,
    message,
    history: remember(options, row, step, startedAt, refused ? 'refused' : 'failed', message),
    wakeAt: options.clock.now(),
  });
}

/** Whether the point of no return lies before this step. */
const committed = <D, Tx>(definition: AnyOperation<D, Tx>, stepIndex: number): boolean =>
  definition.steps.slice(0, stepIndex).some((step) => step.pointOfNoReturn === true);

const ended = <D, Tx>(options: Options<D, Tx>, row: OperationRow, state: OperationState): OperationProgress => ({
  ...progressOf(options, row),
  state,
  leaseExpiresAt: 0,
  finishedAt: options.clock.now(),
});

const progressOf = <D, Tx>(options: Options<D, Tx>, row: OperationRow): OperationProgress => ({
  state: row.state,
  stepIndex: row.stepIndex,
  attempt: row.attempt,
  outputs: row.outputs,
  history: row.history,
  message: row.message,
  wakeAt: row.wakeAt,
  leaseExpiresAt: options.clock.now() + options.leaseMs,
  finishedAt: row.finishedAt,
  updatedAt: options.clock.now(),
});

function remember<D, Tx>(
  options: Options<D, Tx>,
  row: OperationRow,
  step: Step<unknown, D, Tx>,
  startedAt: number,
  outcome: 'done' | 'failed' | 'refused',
  message: string | null,
): readonly OperationStep[] {
  const entry: OperationStep = {
    seq: (row.history.at(-1)?.seq ?? 0) + 1,
    name: step.name,
    direction: row.state === 'undoing' ? 'undo' : 'do',
    attempt: row.attempt,
    startedAt: timestamp(firstTry(row, startedAt)),
    finishedAt: timestamp(options.clock.now()),
    outcome,
    message,
    worker: options.workerId,
  };
  return [...row.history, entry].slice(-MOST_HISTORY);
}

/** A step that waited began when the row was last written, not when it was looked at for the last time. */
const firstTry = (row: OperationRow, startedAt: number): number => {
  const previous = row.history.at(-1)?.finishedAt;
  return Math.min(startedAt, previous == null ? row.createdAt : Date.parse(previous));
};

async function write<D, Tx>(
  options: Options<D, Tx>,
  row: OperationRow,
  progress: OperationProgress,
): Promise<OperationRow> {
  if (!(await options.store.save(row, progress))) throw new LeaseLost(row.id);
  return { ...row, ...progress };
}

/** Lets go of the operation, as `parked`, until `wakeAt`. False when it was woken meanwhile. */
const pause = <D, Tx>(
  options: Options<D, Tx>,
  row: OperationRow,
  parked: OperationRow,
  wakeAt: number,
): Promise<boolean> =>
  options.store.save(row, { ...progressOf(options, parked), wakeAt, leaseExpiresAt: 0 }, { signals: row.signals });

async function park<D, Tx>(options: Options<D, Tx>, row: OperationRow, ms: number, message: string): Promise<void> {
  options.log.error({ operation: row.id, kind: row.kind }, message);
  await pause(options, row, { ...row, message }, options.clock.now() + ms);
}

async function reload<D, Tx>(options: Options<D, Tx>, row: OperationRow): Promise<OperationRow> {
  const now = await options.store.get(row.id);
  if (now === null || now.leaseToken !== row.leaseToken) throw new LeaseLost(row.id);
  return now;
}

async function withTimeout(
  work: Promise<StepResult>,
  timeoutMs: number | undefined,
  signal: AbortSignal,
): Promise<StepResult> {
  const limit = timeoutMs ?? DEFAULT_STEP_TIMEOUT_MS;
  const late = new AbortController();
  const over = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`took longer than ${limit} ms`)), limit);
    const stopped = () => reject(signal.reason);
    signal.addEventListener('abort', stopped, { once: true });
    late.signal.addEventListener('abort', () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stopped);
    });
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    late.abort();
  }
}
