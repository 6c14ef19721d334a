import type { Weigher } from './weigher.ts';

/** Prefers hosts of the server's own cell in a move that may leave it; other cells, with a negative multiplier. It outweighs all but failed builds, as in Nova. */
export const crossCell: Weigher = {
  name: 'crossCell',
  multiplier: 1_000_000,
  aggregateKey: 'cross_cell_move_weight_multiplier',
  weight: ({ sourceCellId }) => (sourceCellId === undefined ? null : ({ cell }) => (cell.id === sourceCellId ? 0 : -1)),
};
