import type { AnyOperation } from '#platform/operations/definition.ts';
import type { CellTx } from '../../database/cell-database.ts';
import type { CellParts } from '../parts.ts';
import { build } from './build.ts';
import { deleteInstance } from './delete.ts';
import { powerOperations } from './power.ts';

/** Every operation of a cell. */
export const CELL_OPERATIONS: readonly AnyOperation<CellParts, CellTx>[] = [build, deleteInstance, ...powerOperations];
