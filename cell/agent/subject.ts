/**
 * What an agent keeps in order: guests (cell/compute) or port bindings (cell/network). The agent's loop (`createAgent`) knows only
 * this; a subject knows nothing of queues, retries, batches and reconnects.
 */
export interface Desired {
  readonly epoch: number;
  /** Grows with every change of the desired state of one key. */
  readonly generation: number;
}

export interface Observed {
  /** The generation that was acted on. */
  readonly generation: number;
  /** Everything that generation asks for is so. */
  readonly settled: boolean;
  /** `permanent`: trying this generation again here is pointless. */
  readonly error: { readonly message: string; readonly details: string | null; readonly permanent: boolean } | null;
}

export interface Selection {
  /** null: all of this agent's hosts. */
  readonly ids: string[] | null;
  readonly unsettledOnly: boolean;
}

export interface ConvergeContext<F> {
  /**
   * Aborts when a newer generation of the same key arrived, or when the agent stops. `converge` then returns soon, at a point from
   * which it can be taken up again; what it returns is not reported.
   */
  readonly signal: AbortSignal;
  /** Says how far it got, before the end. */
  report(observed: F): void;
}

export interface Subject<W extends Desired, F extends Observed> {
  /** For logs: `guests`, `bindings`. */
  readonly name: string;
  /** How many keys may converge at the same time. */
  readonly parallel: number;
  desiredKey(desired: W): string;
  observedKey(observed: F): string;

  /** Asks the conductor. Rejects when it does not answer; the loop asks again. */
  fetch(selection: Selection): Promise<readonly W[]>;
  /** Tells the conductor. Rejects when it does not answer; the loop sends again (or newer findings of the same keys). */
  report(observed: readonly F[]): Promise<void>;

  /**
   * Makes one key reach its desired state and returns the observed state: looks, decides, acts, looks again. The loop never runs it twice
   * at the same time for one key, and may repeat it for the same generation at any time. An error becomes `failed(desired, error)`.
   * Remembers by itself (on disk) which epoch and generation it acted on, where that must outlive the process.
   */
  converge(desired: W, context: ConvergeContext<F>): Promise<F>;
  failed(desired: W, error: unknown): F;
  /** Nothing is left to look after once this is settled (`absent`): the loop forgets it. */
  isEnd(desired: W): boolean;

  /** The desired state of the last run, for a start while the conductor is away. The agent converges to it before it fetches anything. */
  remembered?(): Promise<readonly W[]>;
  /** What exists here and is not in the conductor's full answer `known`. The agent reports it with generation 0 and never removes it. */
  reportUnknown?(known: ReadonlySet<string>): Promise<readonly F[]>;
}

/** Negative when `a` is older than `b`. A higher epoch wins over any generation. */
export function compareAge(a: Desired, b: Desired): number {
  return a.epoch - b.epoch || a.generation - b.generation;
}
