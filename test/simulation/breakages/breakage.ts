import type { AnyOperation } from '#platform/operations/definition.ts';
import type { OperationStore } from '#platform/operations/store.ts';

/** A fault that is put into the code under test, to see that the simulation finds it. */
export interface Breakage {
  readonly name: string;
  /** What is wrong with it, in a sentence. */
  readonly what: string;
  /** Swaps in broken definitions. */
  operations?<D, Tx>(definitions: readonly AnyOperation<D, Tx>[]): readonly AnyOperation<D, Tx>[];
  /** Swaps in a broken store. */
  store?<Tx>(store: OperationStore<Tx>): OperationStore<Tx>;
}
