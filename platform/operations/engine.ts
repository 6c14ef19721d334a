import { VolvoxError } from '../errors/volvox-error.ts';
import type { Service } from '../lifecycle/service.ts';
import { systemClock } from '../time/clock.ts';
import type { AnyOperation } from './definition.ts';
import type { EngineOptions } from './engine-options.ts';
import { runOperation } from './run-operation.ts';
import type { OperationRow } from './store.ts';

export interface NewOperation {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly params: unknown;
  readonly requestId: string;
  readonly userId: string | null;
  readonly projectId: string | null;
}

/**
 * Runs operations to their end. An operation is a row; whoever holds its lease does its steps, one after the other, and writes
 * each one's outcome before the next. When a worker dies its lease runs out and another goes on from the last step written. A wake-up
 * makes it quick; the reaper, which asks SQL for what is due, makes it certain.
 */
export class OperationEngine<D, Tx> implements Service {
  readonly name = 'operations';
  readonly #options: Required<EngineOptions<D, Tx>>;
  readonly #kinds: ReadonlyMap<string, AnyOperation<D, Tx>>;
  readonly #running = new Map<string, { again: boolean }>();
  readonly #queued = new Set<string>();
  readonly #stopping = new AbortController();
  #reaper: Promise<void> | undefined;
  #draining = false;

  constructor(options: EngineOptions<D, Tx>) {
    this.#options = { clock: systemClock, leaseMs: 10_000, reapEveryMs: 1_000, concurrency: 64, ...options };
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
    const definition = this.#kinds.get(operation.kind);
    if (definition === undefined) throw new VolvoxError('internal', `no operation ${operation.kind}`);
    return this.#options.store.insert(tx, newRow(operation, definition.deadlineMs, this.#options.clock.now()));
  }

  /** Somebody should look at it now. Returns at once; never rejects. */
  wake(id: string): void {
    if (this.#draining) return;
    const running = this.#running.get(id);
    if (running !== undefined) {
      running.again = true;
      return;
    }
    if (this.#running.size >= this.#options.concurrency) {
      this.#queued.add(id);
      return;
    }
    const state = { again: false };
    this.#running.set(id, state);
    void this.#run(id, state);
  }

  async start(): Promise<void> {
    this.#reaper = this.#reap();
  }

  async drain(): Promise<void> {
    this.#draining = true;
    this.#queued.clear();
  }

  /** Gives up what is running; its lease is handed back where possible, else it runs out. */
  async stop(): Promise<void> {
    this.#draining = true;
    this.#stopping.abort(new VolvoxError('unavailable', 'This worker stops.'));
    await this.#reaper;
    while (this.#running.size > 0) await this.#options.clock.sleep(5);
  }

  /** How many operations this process works at now. */
  get active(): number {
    return this.#running.size;
  }

  async #run(id: string, state: { again: boolean }): Promise<void> {
    const { store, log } = this.#options;
    try {
      do {
        state.again = false;
        const claimed = await this.#claim(id);
        // Held by another worker, or ended: the signal makes the holder look once more before it parks the operation.
        if (claimed === null) await store.signal(id);
        else await runOperation(this.#options, this.#kinds.get(claimed.kind), claimed, state, this.#stopping.signal);
      } while (state.again && !this.#draining);
    } catch (error) {
      log.warn({ err: error, operation: id }, 'operation interrupted; it will be resumed');
    } finally {
      this.#running.delete(id);
      const next = this.#queued.values().next();
      if (next.done !== true) {
        this.#queued.delete(next.value);
        this.wake(next.value);
      }
    }
  }

  async #claim(id: string): Promise<OperationRow | null> {
    const { store, workerId, clock, leaseMs } = this.#options;
    return store.claim(id, workerId, clock.now(), leaseMs);
  }

  async #reap(): Promise<void> {
    const { store, clock, reapEveryMs, log } = this.#options;
    while (!this.#stopping.signal.aborted) {
      if (!this.#draining) {
        const due = await store.due(clock.now(), 500).catch((error) => {
          log.warn({ err: error }, 'cannot ask for due operations');
          return [];
        });
        for (const id of due) if (!this.#running.has(id)) this.wake(id);
      }
      await clock.sleep(reapEveryMs, this.#stopping.signal);
    }
  }
}

/** The first row of an operation: due at once, held by nobody. Also for those who write operations but do not run them (the api). */
export function newRow(operation: NewOperation, deadlineMs: number, now: number): OperationRow {
  return {
    ...operation,
    state: 'running',
    stepIndex: 0,
    attempt: 1,
    outputs: {},
    history: [],
    message: null,
    wakeAt: now,
    signals: 0,
    leaseOwner: null,
    leaseToken: 0,
    leaseExpiresAt: 0,
    deadlineAt: now + deadlineMs,
    createdAt: now,
    updatedAt: now,
    finishedAt: null,
  };
}
