import type { OperationRow } from '#platform/operations/store.ts';

/** The parameters of the operation, as far as they are shown (super-conductor/operations/move-server.ts). */
export interface MoveParameters {
  readonly uuid: string;
  readonly fromCellId: string;
  readonly toCellId: string;
  readonly host: string | null;
  /** Of disk that was to be sent when it was accepted; moves of older releases do not say. */
  readonly bytes?: number | null;
}

export const paramsOf = (row: Pick<OperationRow, 'params'>): MoveParameters => row.params as MoveParameters;
