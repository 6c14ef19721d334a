import { messageOf } from '../errors/volvox-error.ts';
import { OVER } from '../time/over.ts';
import { type AnyOperation, type Step, type StepContext, StepRefused, type StepResult } from './definition.ts';
import { type Drilled, drilled } from './drilled.ts';
import type { EngineParts } from './engine-options.ts';
import { LeaseLost } from './lease.ts';
import { advanced, ended, failed, isFirstLook, mustTurnBack, parked, type StepTry, turnedBack } from './progress.ts';
import type { OperationProgress, OperationRow } from './store.ts';
import { withTimeout } from './with-timeout.ts';

const DEFAULT_STEP_TIMEOUT_MS = 30_000;

/** Held by nobody, and due at `parkedUntil`, ms, or when it is woken. */
export interface Parked {
  readonly parkedUntil: number;
}

/**
 * Does, or undoes, the step the row names, and writes the outcome.
 * @returns the row as it is now, or until when it is parked: held by nobody, and not ended.
 * @throws LeaseLost, the signal's reason, or what the store threw.
 */
export async function runStep<D, Tx>(
  parts: EngineParts<D, Tx>,
  definition: AnyOperation<D, Tx>,
  row: OperationRow,
  signal: AbortSignal,
): Promise<OperationRow | Parked> {
  const { clock, leaseMs, workerId } = parts;
  const step = definition.steps[row.stepIndex];
  const startedAt = clock.now();
  let host: string | undefined;
  if (step === undefined) {
    const state = row.state === 'undoing' ? 'undone' : 'done';
    return write(parts, row, ended({ now: startedAt, leaseMs }, row, state));
  }
  const attempt = (): StepTry => ({
    definition,
    row,
    step,
    worker: workerId,
    startedAt,
    now: clock.now(),
    leaseMs,
    host,
  });
  if (mustTurnBack(attempt())) {
    return write(parts, row, turnedBack(attempt(), 'failed', 'the deadline has passed'));
  }
  const { id: operationId, kind, subject } = row;
  const direction = row.state === 'undoing' ? 'undo' : 'do';
  const drill = drilled(parts.drill, { operationId, kind, subject, step: step.name, direction }, clock, signal);
  if (isFirstLook(row)) await drill.pass('before');
  const at = (name: string): void => {
    host = name;
  };
  return carryOut({ parts, row, step, attempt, signal, drill, at });
}

interface Look<D, Tx> {
  readonly parts: EngineParts<D, Tx>;
  readonly row: OperationRow;
  readonly step: Step<unknown, D, Tx>;
  /** The try as it stands now. */
  readonly attempt: () => StepTry;
  readonly signal: AbortSignal;
  readonly drill: Drilled;
  readonly at: (host: string) => void;
}

async function carryOut<D, Tx>(look: Look<D, Tx>): Promise<OperationRow | Parked> {
  const { parts, row, step, attempt, signal, drill } = look;
  let committed: OperationRow | undefined;
  // Aborted with the attempt's end, so that a step which was given up can't commit later.
  const given = new AbortController();
  const inTransaction: StepContext<unknown, Tx>['inTransaction'] = async (work, { shared = false } = {}) => {
    await parts.store.transaction(
      async (tx) => {
        committed = undefined;
        const output = await work(tx);
        await drill.pass('after');
        const progress = advanced(attempt(), output);
        if (given.signal.aborted || !(await parts.store.save(row, progress, { tx }))) throw new LeaseLost(row.id);
        committed = { ...row, ...progress };
      },
      { shared: shared && parts.drill === undefined },
    );
    return { outcome: 'committed' };
  };
  try {
    const context = contextOf(look, AbortSignal.any([signal, given.signal]), inTransaction);
    const limit = step.timeoutMs ?? DEFAULT_STEP_TIMEOUT_MS;
    const result = await withTimeout(doOrUndo(look, context), limit, parts.clock, signal, drill.pausedMs);
    if (committed !== undefined) return committed;
    if (result.outcome === 'done') {
      await drill.pass('after');
      return await write(parts, row, advanced(attempt(), result.output));
    }
    if (result.outcome === 'wait') return await pause(look, parked(attempt(), result.recheckMs, result.waitingFor));
    throw new Error(`step ${step.name} says it committed, and did not`);
  } catch (error) {
    if (error instanceof LeaseLost || signal.aborted) throw error;
    // Whether the commit went through, and only its answer or something after it failed: the row tells.
    const now = committed === undefined ? row : await reload(parts, row);
    return isWhere(now, row) ? await stepFailed(look, error) : now;
  } finally {
    given.abort(OVER);
  }
}

const isWhere = (now: OperationRow, row: OperationRow): boolean =>
  now.finishedAt === null && now.state === row.state && now.stepIndex === row.stepIndex && now.attempt === row.attempt;

function doOrUndo<D, Tx>({ parts, row, step }: Look<D, Tx>, context: StepContext<unknown, Tx>): Promise<StepResult> {
  if (row.state !== 'undoing') return step.do(context, parts.deps);
  return typeof step.undo === 'function' ? step.undo(context, parts.deps) : Promise.resolve({ outcome: 'done' });
}

function contextOf<D, Tx>(
  { parts: { clock, log }, row, step, at }: Look<D, Tx>,
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
    now: clock.now(),
    deadlineAt: row.deadlineAt,
    leaseToken: row.leaseToken,
    reason: row.state === 'undoing' ? row.message : null,
    signal,
    log: log.child({ operation: row.id, kind: row.kind, step: step.name, requestId: row.requestId }),
    at,
    inTransaction,
  };
}

async function stepFailed<D, Tx>(look: Look<D, Tx>, error: unknown): Promise<OperationRow | Parked> {
  const { parts, row, step, attempt } = look;
  parts.log.warn(
    { err: error, operation: row.id, kind: row.kind, step: step.name, attempt: row.attempt },
    'step failed',
  );
  const failure = { refused: error instanceof StepRefused, message: messageOf(error) };
  const now = await write(parts, row, failed(attempt(), failure, parts.random));
  return now.leaseExpiresAt === 0 ? { parkedUntil: now.wakeAt } : now;
}

/** Releases the operation, unless it was woken meanwhile: then its step is tried once more. */
async function pause<D, Tx>({ parts, row }: Look<D, Tx>, progress: OperationProgress): Promise<OperationRow | Parked> {
  if (await parts.store.save(row, progress, { signals: row.signals })) return { parkedUntil: progress.wakeAt };
  return { ...(await reload(parts, row)), history: progress.history };
}

/** The row as it is now: with this progress, or as a commit left it that came through just as its step was given up. */
async function write<D, Tx>(
  parts: EngineParts<D, Tx>,
  row: OperationRow,
  progress: OperationProgress,
): Promise<OperationRow> {
  if (await parts.store.save(row, progress)) return { ...row, ...progress };
  return reload(parts, row);
}

async function reload<D, Tx>(parts: EngineParts<D, Tx>, row: OperationRow): Promise<OperationRow> {
  const now = await parts.store.get(row.id);
  if (now === null || now.leaseToken !== row.leaseToken) throw new LeaseLost(row.id);
  return now;
}
