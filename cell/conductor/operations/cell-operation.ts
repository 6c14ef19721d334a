import type { Static, TSchema } from 'typebox';
import {
  defineOperation,
  type OperationDefinition,
  type Step,
  type StepContext,
} from '#platform/operations/definition.ts';
import type { CellTx } from '../../database/cell-database.ts';
import type { CellParts } from '../parts.ts';

/** How long a step waits at most before it looks again, ms. The report of an agent wakes it sooner. */
export const LOOK_AGAIN_MS = 3_000;
/** For waits that no wake-up ends, ms. */
export const LOOK_SOON_MS = 500;

export type CellStep<P> = Step<P, CellParts, CellTx>;
export type CellContext<P> = StepContext<P, CellTx>;

/** An operation of a cell; its parameter schema gives it its types. */
export const defineCellOperation = <S extends TSchema>(
  definition: Omit<OperationDefinition<Static<S>, CellParts, CellTx>, 'params'> & { readonly params: S },
): OperationDefinition<Static<S>, CellParts, CellTx> => defineOperation<S, CellParts, CellTx>(definition);
