import type { AnyOperation } from '#platform/operations/definition.ts';
import type { CellTx } from '../../database/cell-database.ts';
import type { CellParts } from '../parts.ts';
import { build } from './build.ts';
import { confirmResize } from './confirm-resize.ts';
import { deleteInstance } from './delete.ts';
import { moveIn } from './move-in.ts';
import { moveOut } from './move-out.ts';
import { powerOperations } from './power.ts';
import { resize } from './resize.ts';
import { revertResize } from './revert-resize.ts';

/** Every operation of a cell. */
export const CELL_OPERATIONS: readonly AnyOperation<CellParts, CellTx>[] = [
  build,
  deleteInstance,
  ...powerOperations,
  resize,
  confirmResize,
  revertResize,
  moveOut,
  moveIn,
];
