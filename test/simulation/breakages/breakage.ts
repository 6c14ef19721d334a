import type { AnyOperation } from '#platform/operations/definition.ts';
import type { OperationStore } from '#platform/operations/store.ts';
import type { Action } from '../history/actions.ts';
import type { Fault } from '../kernel/faults.ts';

/** A fault that is put into the code under test, to see that the simulation finds it. */
export interface Breakage {
  readonly name: string;
  /** What is wrong with it, in a sentence. */
  readonly what: string;
  /** What the users of such histories do most of the time, so that it is found sooner. */
  readonly focus: Action | null;
  /** What happens in them more often than anything else. */
  readonly favours?: Fault;
  /** Swaps in broken definitions. */
  operations?<D, Tx>(definitions: readonly AnyOperation<D, Tx>[]): readonly AnyOperation<D, Tx>[];
  /** Swaps in a broken store. */
  store?<Tx>(store: OperationStore<Tx>): OperationStore<Tx>;
}
