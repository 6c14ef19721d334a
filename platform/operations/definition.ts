import type { Static, TSchema } from 'typebox';
import { VolvoxError } from '../errors/volvox-error.ts';
import type { Logger } from '../logging/logger.ts';

/**
 * Thrown by a step when trying again is pointless: the operation goes back at once (or, past its point of no return, waits for
 * an operator). Anything else that is thrown is tried again, with back-off, until the step's attempts are used up.
 */
export class StepRefused extends Error {
  override readonly name = 'StepRefused';
}

/** done: the step's effect is there; `output` is kept and given to later steps and to every undo. */
export interface StepDone {
  readonly outcome: 'done';
  readonly output?: unknown;
}
/**
 * wait: something outside has been asked for and is not there yet. The operation is parked, without a worker; the step's `do` runs
 * again when the operation is woken, or after `recheckMs` at the latest. So `do` looks first, and asks only for what is missing.
 */
export interface StepWait {
  readonly outcome: 'wait';
  readonly recheckMs: number;
  /** What for, as operators read it. */
  readonly waitingFor: string | null;
}
/** Already committed together with the operation's progress by `inTransaction`. */
export interface StepCommitted {
  readonly outcome: 'committed';
}
export type StepResult = StepDone | StepWait | StepCommitted;

export const done = (output?: unknown): StepDone => ({ outcome: 'done', output });
export const wait = (recheckMs: number, waitingFor: string | null = null): StepWait => ({
  outcome: 'wait',
  recheckMs,
  waitingFor,
});

export interface StepContext<P, Tx> {
  readonly operationId: string;
  readonly subject: string;
  readonly params: P;
  /** What the finished steps put out, by step name. */
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  readonly userId: string | null;
  readonly projectId: string | null;
  /** Which attempt of this step it is, from 1. */
  readonly attempt: number;
  /** ms since the epoch. */
  readonly now: number;
  readonly deadlineAt: number;
  /** Grows each time an operation gets a new worker; what is done outside SQL can carry it to refuse a late one. */
  readonly leaseToken: number;
  /** Why the operation goes back; only in `undo`. */
  readonly reason: string | null;
  /** Aborts when the lease is lost or the worker stops: give up at once, somebody else goes on. */
  readonly signal: AbortSignal;
  readonly log: Logger;
  /** Says on which host the step works; stands in the history from then on. */
  at(host: string): void;
  /**
   * Runs the step's writes and the operation's progress in one transaction: both or neither, and neither when the lease was lost.
   * What `work` returns is the step's output. `work` may run more than once.
   * @param options.shared a transaction of a few statements on rows of its own subject: it may be one with those of other operations.
   */
  inTransaction(work: (tx: Tx) => Promise<unknown>, options?: { readonly shared?: boolean }): Promise<StepCommitted>;
}

/** A step without `undo` says why in its place. */
interface NoUndo {
  readonly reason: string;
}

export interface Step<P, D, Tx> {
  readonly name: string;
  /** Idempotent: it may have been carried out, in part or in whole, before. */
  readonly do: (context: StepContext<P, Tx>, deps: D) => Promise<StepResult>;
  /** Takes back whatever `do` may have done, also when it only began; idempotent. */
  readonly undo: ((context: StepContext<P, Tx>, deps: D) => Promise<StepResult>) | NoUndo;
  /**
   * How often it is tried before the operation goes back. Without end past the point of no return, and in an operation that goes
   * forward after its deadline.
   */
  readonly attempts?: number;
  /** How long one `do` may take, ms. Default 30 s. */
  readonly timeoutMs?: number;
  /** After this step the operation only goes forward. */
  readonly pointOfNoReturn?: true;
}

export interface OperationDefinition<P, D, Tx> {
  readonly kind: string;
  readonly params: TSchema;
  readonly steps: readonly Step<P, D, Tx>[];
  /** What becomes of it when it takes too long. Past the point of no return it goes forward, whatever stands here. */
  readonly deadline: Deadline;
  /** The id of the operation, of another tier, whose orders it follows: an operator resolves that one, never this. undefined: it follows none. */
  readonly follows?: (params: P) => string | undefined;
}

/**
 * The whole operation's time, ms, and what becomes of it after that. back: what was done is undone, also when a step's attempts are used up before. forward:
 * it is shown as stranded and still tried, for there is nothing to go back to; only a refusal, or an operator, turns it back.
 */
export interface Deadline {
  readonly ms: number;
  readonly policy: 'back' | 'forward';
}

/** Gives a definition its types from its parameter schema. */
export function defineOperation<S extends TSchema, D, Tx>(
  definition: Omit<OperationDefinition<Static<S>, D, Tx>, 'params'> & { readonly params: S },
): OperationDefinition<Static<S>, D, Tx> {
  const names = new Set(definition.steps.map((step) => step.name));
  if (names.size !== definition.steps.length)
    throw new VolvoxError('internal', `${definition.kind}: two steps have one name`);
  return definition;
}

// biome-ignore lint/suspicious/noExplicitAny: a registry holds definitions of every parameter type; each is checked by its schema.
export type AnyOperation<D, Tx> = OperationDefinition<any, D, Tx>;
