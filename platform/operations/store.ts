import type { OperationState, OperationStep } from '../objects/operation.ts';

/** An operation's row. Times are ms since the epoch. */
export interface OperationRow {
  readonly id: string;
  readonly kind: string;
  readonly subject: string;
  readonly state: OperationState;
  /** The step that is being done, or undone. */
  readonly stepIndex: number;
  readonly attempt: number;
  readonly params: unknown;
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly history: readonly OperationStep[];
  readonly message: string | null;
  /** When somebody should look at it, unless it is woken before. */
  readonly wakeAt: number;
  /** Counts wake-ups, so that one which comes while a step runs is not lost. */
  readonly signals: number;
  readonly leaseOwner: string | null;
  readonly leaseToken: number;
  readonly leaseExpiresAt: number;
  readonly deadlineAt: number;
  readonly requestId: string;
  readonly userId: string | null;
  readonly projectId: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly finishedAt: number | null;
}

export type OperationProgress = Pick<
  OperationRow,
  | 'state'
  | 'stepIndex'
  | 'attempt'
  | 'outputs'
  | 'history'
  | 'message'
  | 'wakeAt'
  | 'leaseExpiresAt'
  | 'finishedAt'
  | 'updatedAt'
>;

/** What an operator's word makes of a row (resolve.ts). */
export type Resolved = Pick<
  OperationRow,
  'state' | 'attempt' | 'history' | 'message' | 'wakeAt' | 'deadlineAt' | 'updatedAt'
>;

export interface OverdueCount {
  readonly kind: string;
  readonly state: OperationState;
  readonly count: number;
}

interface OperationFilter {
  readonly kind?: string | undefined;
  readonly subject?: string | undefined;
  readonly state?: OperationState | undefined;
  /** Only those that had not ended at this moment and were past their deadline, ms since the epoch. */
  readonly overdueAt?: number | undefined;
  readonly limit: number;
}

/** Where operations live. The SQL one is `sql-store.ts`; a simulation brings its own. */
export interface OperationStore<Tx> {
  /** `shared`: it may be one with those of other operations that come at the same time, and then runs again alone when one of them fails. */
  transaction<R>(work: (tx: Tx) => Promise<R>, options?: { readonly shared?: boolean }): Promise<R>;
  /** False when an operation with this id is already there (a repeated request). */
  insert(tx: Tx, row: OperationRow): Promise<boolean>;
  /** At least one, whose ids nothing has yet. @throws when one of them is there. */
  insertAll(tx: Tx, rows: readonly OperationRow[]): Promise<void>;
  get(id: string): Promise<OperationRow | null>;
  list(filter: OperationFilter): Promise<readonly OperationRow[]>;
  /** Takes the lease if nobody holds it and the operation has not ended; the token grows by one. */
  claim(id: string, owner: string, now: number, leaseMs: number): Promise<OperationRow | null>;
  /** False: the lease has gone to somebody else, or was given back. */
  extend(id: string, token: number, expiresAt: number): Promise<boolean>;
  /**
   * Writes progress, if the row is still where `from` says: same lease token, state, step and attempt (so neither a worker that lost its
   * lease nor a step that was given up can write), and, where given, no wake-up came since `signals`.
   */
  save(from: OperationRow, progress: OperationProgress, options?: { signals?: number; tx?: Tx }): Promise<boolean>;
  /** Writes the last progress and the lease of rows that the transaction has locked, and that nobody held. At least one. */
  saveEnds(tx: Tx, ends: readonly OperationRow[]): Promise<void>;
  /**
   * Writes an operator's word, if the row is still where `from` says (as `save` does) and has not ended, and takes the lease from whoever
   * holds it: the token grows by one and nobody holds it now.
   */
  resolve(from: OperationRow, resolved: Resolved): Promise<boolean>;
  /** Counts a wake-up and makes it due. */
  signal(id: string): Promise<void>;
  /** How many operations are past their deadline and have not ended. */
  countOverdue(now: number): Promise<readonly OverdueCount[]>;
  /** Ids of operations that have not ended, are due, and are held by nobody. */
  due(now: number, limit: number): Promise<readonly string[]>;
}
