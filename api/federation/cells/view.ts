import type { CellDescription } from '#platform/contracts/door.ts';
import type { Cell } from '#platform/directory/stores/cells.ts';

/** What the cell reported now, or why it did not answer. */
export type CellHealth =
  | ({ readonly answers: true; readonly answeredInMs: number } & Omit<CellDescription, 'cellId' | 'name' | 'now'>)
  | { readonly answers: false; readonly reason: string };

/** The view never contains the key. */
export const viewCell = (cell: Cell, health: CellHealth) => ({
  id: cell.id,
  name: cell.name,
  url: cell.url,
  enabled: cell.enabled,
  createdAt: cell.createdAt,
  updatedAt: cell.updatedAt,
  health,
});
