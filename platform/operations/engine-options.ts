import type { Logger } from '../logging/logger.ts';
import type { Clock } from '../time/clock.ts';
import type { AnyOperation } from './definition.ts';
import type { Drill } from './drill.ts';
import type { OperationRow, OperationStore, OverdueCount } from './store.ts';

export interface EngineOptions<D, Tx> {
  readonly store: OperationStore<Tx>;
  readonly definitions: readonly AnyOperation<D, Tx>[];
  readonly deps: D;
  readonly log: Logger;
  /** Unique to this process. */
  readonly workerId: string;
  /** All the time the engine knows: a simulation brings a virtual one. */
  readonly clock?: Clock;
  /** Between 0 and 1, for the jitter of back-offs. */
  readonly random?: () => number;
  /** A worker that says nothing for so long has lost its operations to others. */
  readonly leaseMs?: number;
  /** How often SQL is asked for work that nobody woke, while this process works at operations or waits with some, ms. */
  readonly reapEveryMs?: number;
  readonly concurrency?: number;
  /** Holds operations at places, in tests and staging. */
  readonly drill?: Drill | undefined;
  readonly observer?: OperationObserver | undefined;
}

/** Told what operators count. Must not throw. */
export interface OperationObserver {
  /** An operation ended under the hands of this engine. */
  ended(row: Pick<OperationRow, 'kind' | 'state'>): void;
  /** What is late now; every few seconds, while SQL answers. */
  overdue(counts: readonly OverdueCount[]): void;
}

/** The options with their defaults. */
export type EngineParts<D, Tx> = Required<EngineOptions<D, Tx>>;
