import type { AnyOperation } from '#platform/operations/definition.ts';
import type { CellTx } from '../../database/cell-database.ts';
import { ACTIONS } from '../actions/index.ts';
import type { CellParts } from '../parts.ts';
import { build } from './build.ts';
import { moveIn } from './move-in.ts';
import { moveOut } from './move-out.ts';

/** Every operation of a cell: those of the actions, and those that the global tier begins. */
export const CELL_OPERATIONS: readonly AnyOperation<CellParts, CellTx>[] = [
  build,
  moveOut,
  moveIn,
  ...ACTIONS.flatMap(({ operation }) => operation ?? []),
];
