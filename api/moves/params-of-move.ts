import type { MoveServerParams } from '#platform/contracts/global-operations.ts';
import type { OperationRow } from '#platform/operations/store.ts';

/** The parameters of a row of the kind `MOVE_SERVER`, which were validated when the row was written. */
export const paramsOfMove = (row: Pick<OperationRow, 'params'>): MoveServerParams => row.params as MoveServerParams;
