import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { CellDoor, CellDoors } from '../cross-cell/cell-doors.ts';

/** The cell with this id or name; without one, all cells. @throws VolvoxError not-found. */
export function askedCells(cells: CellDoors, idOrName: string | undefined): readonly CellDoor[] {
  if (idOrName === undefined) return cells.all();
  const found = cells.all().filter(({ id, name }) => id === idOrName || name === idOrName);
  if (found.length === 0) throw new VolvoxError('not-found', `Cell ${idOrName} could not be found.`);
  return found;
}
