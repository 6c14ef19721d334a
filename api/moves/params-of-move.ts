import type { MoveServerParams } from '#platform/contracts/global-operations.ts';
import type { OperationRow } from '#platform/operations/store.ts';

/** The parameters of a row of the kind `MOVE_SERVER`: they were checked when it was written. */
export const paramsOfMove = (row: Pick<OperationRow, 'params'>): MoveServerParams => row.params as MoveServerParams;
