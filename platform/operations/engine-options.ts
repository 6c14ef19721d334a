import type { Logger } from '../logging/logger.ts';
import type { Clock } from '../time/clock.ts';
import type { AnyOperation } from './definition.ts';
import type { OperationStore } from './store.ts';

export interface EngineOptions<D, Tx> {
  readonly store: OperationStore<Tx>;
  readonly definitions: readonly AnyOperation<D, Tx>[];
  readonly deps: D;
  readonly log: Logger;
  /** Unique to this process. */
  readonly workerId: string;
  readonly clock?: Clock;
  /** A worker that says nothing for so long has lost its operations to others. */
  readonly leaseMs?: number;
  /** How often SQL is asked for work that nobody woke. */
  readonly reapEveryMs?: number;
  readonly concurrency?: number;
}
