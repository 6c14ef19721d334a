import { VolvoxError } from '../errors/volvox-error.ts';
import type { Service } from '../lifecycle/service.ts';
import { systemClock } from '../time/clock.ts';
import type { AnyOperation } from './definition.ts';
import type { EngineOptions, EngineParts } from './engine-options.ts';
import { LeaseLost } from './lease.ts';
import { type NewOperation, newRow } from './new-row.ts';
import { advanced } from './progress.ts';
import { type Resolution, resolveOperation } from './resolve.ts';
import { runOperation } from './run-operation.ts';
import type { OperationRow } from './store.ts';

/** How often it is counted what is late, ms. */
const COUNT_EVERY_MS = 10_000;
/** An engine that has nothing to do asks for due operations every so many rounds: only a lost wake-up or a dead worker makes it find any. */
const IDLE_ROUNDS = 3;

/** An operation this process works at. */
interface Running {
  /** It was woken since it was last looked at. */
  again: boolean;
  /** Takes it out of the hands of the look that is being taken. */
  abandon: AbortController;
  over: Promise<void>;
}

/**
 * Runs operations to their end. An operation is a row; whoever holds its lease does its steps, one after the other, and writes
 * each one's outcome before the next. When a worker dies its lease runs out and another goes on from the last step written. A wake-up
 * makes it quick; the reaper, which asks SQL for what is due, makes it certain.
 */
export class OperationEngine<D, Tx> implements Service {
  readonly name = 'operations';
  readonly #parts: EngineParts<D, Tx>;
  readonly #kinds: ReadonlyMap<string, AnyOperation<D, Tx>>;
  readonly #running = new Map<string, Running>();
  readonly #queued = new Set<string>();
  readonly #stopping = new AbortController();
  #reaper: Promise<void> | undefined;
  #draining = false;
  /** When the last of the operations that this process parked, or began to wait, is due, ms. */
  #parkedUntil = 0;

  constructor(options: EngineOptions<D, Tx>) {
    this.#parts = {
      clock: systemClock,
      random: Math.random,
      leaseMs: 10_000,
      reapEveryMs: 1_000,
      concurrency: 64,
      drill: undefined,
      observer: undefined,
      ...options,
    };
    this.#kinds = new Map(options.definitions.map((definition) => [definition.kind, definition]));
  }

  definition(kind: string): AnyOperation<D, Tx> | undefined {
    return this.#kinds.get(kind);
  }

  /**
   * Writes a new operation in the caller's transaction, due at once and held by nobody. Call `wake(id)` after the commit.
   * @returns false when an operation with this id exists already.
   */
  async begin(tx: Tx, operation: NewOperation): Promise<boolean> {
    return this.#parts.store.insert(tx, this.#firstRow(operation, this.#parts.clock.now()));
  }

  /**
   * Writes new operations in the caller's transaction, whose ids are new, and whose first step waits for somebody else: held by
   * nobody, and looked at after `firstLookMs`, or when one is woken.
   */
  async beginWaiting(tx: Tx, operations: readonly NewOperation[], firstLookMs: number): Promise<void> {
    const now = this.#parts.clock.now();
    const rows = operations.map((operation) => this.#firstRow(operation, now));
    await this.#parts.store.insertAll(
      tx,
      rows.map((row) => ({ ...row, wakeAt: now + firstLookMs })),
    );
    this.#parkedUntil = Math.max(this.#parkedUntil, now + firstLookMs);
  }

  /**
   * Ends operations that wait in their last step, in the caller's transaction. It has locked their rows, which nobody holds, and has done what
   * is left of the step. Call `noteEnded` after the commit.
   * @param waiting with the host where each works.
   * @returns the rows as they end, in this order.
   */
  async endWaiting(
    tx: Tx,
    waiting: readonly { readonly row: OperationRow; readonly host: string | undefined }[],
  ): Promise<readonly OperationRow[]> {
    const { store, clock, workerId, leaseMs } = this.#parts;
    const now = clock.now();
    const ends = waiting.map(({ row, host }): OperationRow => {
      const definition = this.#kinds.get(row.kind);
      const step = definition?.steps[row.stepIndex];
      if (definition === undefined || step === undefined || row.stepIndex !== definition.steps.length - 1)
        throw new VolvoxError('internal', `operation ${row.id} (${row.kind}) is not in its last step`);
      const attempt = { definition, row, step, worker: workerId, startedAt: now, now, leaseMs, host };
      return { ...row, ...advanced(attempt, undefined), leaseOwner: workerId, leaseToken: row.leaseToken + 1 };
    });
    await store.saveEnds(tx, ends);
    return ends;
  }

  /** Operations have ended in a transaction that is committed now. */
  noteEnded(rows: readonly OperationRow[]): void {
    for (const row of rows) this.#parts.observer?.ended(row);
  }

  /** A drill stops steps on their way, so every step has to be done by a worker. */
  get isDrilled(): boolean {
    return this.#parts.drill !== undefined;
  }

  #firstRow(operation: NewOperation, now: number): OperationRow {
    const definition = this.#kinds.get(operation.kind);
    if (definition === undefined) throw new VolvoxError('internal', `no operation ${operation.kind}`);
    return newRow(operation, definition.deadline, now);
  }

  /** Somebody should look at it now. Returns at once; never rejects. */
  wake(id: string): void {
    if (this.#draining) return;
    const running = this.#running.get(id);
    if (running !== undefined) {
      running.again = true;
      return;
    }
    if (this.#running.size >= this.#parts.concurrency) {
      this.#queued.add(id);
      return;
    }
    const state: Running = { again: false, abandon: new AbortController(), over: Promise.resolve() };
    this.#running.set(id, state);
    state.over = this.#run(id, state);
  }

  /**
   * Does what an operator says of an operation, and wakes it.
   * @returns the row as it is now.
   * @throws as `resolveOperation`; conflict for one that follows the orders of another.
   */
  async resolve(resolution: Resolution): Promise<OperationRow> {
    const { store, clock } = this.#parts;
    await this.#refuseIfFollowing(resolution.id);
    const stepName = (row: OperationRow) => this.#kinds.get(row.kind)?.steps[row.stepIndex]?.name;
    const row = await resolveOperation(store, resolution, clock.now(), stepName);
    this.#running.get(row.id)?.abandon.abort(new LeaseLost(row.id));
    this.wake(row.id);
    return row;
  }

  async #refuseIfFollowing(id: string): Promise<void> {
    const row = await this.#parts.store.get(id);
    const leader = row === null ? undefined : this.#kinds.get(row.kind)?.follows?.(row.params);
    if (row === null || leader === undefined) return;
    throw new VolvoxError('conflict', `Operation ${id} (${row.kind}) follows ${leader}: resolve that one.`);
  }

  async start(): Promise<void> {
    this.#reaper = this.#reap();
  }

  async drain(): Promise<void> {
    this.#draining = true;
    this.#queued.clear();
  }

  /** Gives up what is running: its leases run out, and others go on. */
  async stop(): Promise<void> {
    this.#draining = true;
    this.#stopping.abort(new VolvoxError('unavailable', 'This worker stops.'));
    await this.#reaper;
    await Promise.all([...this.#running.values()].map(({ over }) => over));
  }

  /** How many operations this process works at now. */
  get active(): number {
    return this.#running.size;
  }

  async #run(id: string, state: Running): Promise<void> {
    do await this.#look(id, state);
    while (state.again && !this.#draining);
    this.#running.delete(id);
    const next = this.#queued.values().next();
    if (next.done === true) return;
    this.#queued.delete(next.value);
    this.wake(next.value);
  }

  /** Works at an operation for as long as it holds its lease. Never rejects: what was interrupted is due again, sooner or later. */
  async #look(id: string, state: Running): Promise<void> {
    const { store, workerId, clock, leaseMs, log, observer } = this.#parts;
    state.again = false;
    state.abandon = new AbortController();
    try {
      const claimed = await store.claim(id, workerId, clock.now(), leaseMs);
      // Held by another worker, or ended: the signal makes the holder look once more before it parks the operation.
      if (claimed === null) return await store.signal(id);
      const signal = AbortSignal.any([this.#stopping.signal, state.abandon.signal]);
      const ended = await runOperation(this.#parts, this.#kinds.get(claimed.kind), claimed, state, signal);
      if ('parkedUntil' in ended) this.#parkedUntil = Math.max(this.#parkedUntil, ended.parkedUntil);
      else observer?.ended(ended);
    } catch (error) {
      if (error instanceof LeaseLost) return log.info({ operation: id }, 'the operation is in other hands');
      log.warn({ err: error, operation: id }, 'operation interrupted; it will be resumed');
      // Its lease has to run out first.
      this.#parkedUntil = Math.max(this.#parkedUntil, clock.now() + leaseMs);
      state.again = false;
    }
  }

  async #reap(): Promise<void> {
    const { store, clock, reapEveryMs, log } = this.#parts;
    let countAt = clock.now();
    for (let idleRounds = 0; !this.#stopping.signal.aborted; idleRounds++) {
      if (this.#running.size > 0 || clock.now() - reapEveryMs < this.#parkedUntil) idleRounds = 0;
      if (!this.#draining && idleRounds % IDLE_ROUNDS === 0) {
        const due = await store.due(clock.now(), 500).catch((error) => {
          log.warn({ err: error }, 'cannot ask for due operations');
          return [];
        });
        for (const id of due) if (!this.#running.has(id)) this.wake(id);
      }
      if (clock.now() >= countAt) {
        await this.#countOverdue();
        countAt = clock.now() + COUNT_EVERY_MS;
      }
      await clock.sleep(reapEveryMs, this.#stopping.signal);
    }
  }

  async #countOverdue(): Promise<void> {
    const { store, clock, log, observer } = this.#parts;
    if (observer === undefined) return;
    try {
      observer.overdue(await store.countOverdue(clock.now()));
    } catch (error) {
      log.warn({ err: error }, 'cannot count what is late');
    }
  }
}
