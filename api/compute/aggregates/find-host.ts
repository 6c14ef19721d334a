import { askCells, notFoundIn, type Reader } from '../../cross-cell/ask-cells.ts';
import type { CellDoor, CellDoors } from '../../cross-cell/cell-doors.ts';
import { inOneCell } from '../../cross-cell/in-one-cell.ts';

/**
 * Looks for a host in all cells.
 * @returns the cell that has it.
 * @throws VolvoxError not-found; conflict when several cells have one of this name; unavailable when it was not found but a cell did not answer, which may have it.
 */
export async function findHost(cells: Pick<CellDoors, 'all'>, reader: Reader, host: string): Promise<CellDoor> {
  const { answers, silent } = await askCells(cells.all(), reader, ({ door }, options) => door.listHosts({}, options));
  const having = answers.filter(({ answer }) => answer.hosts.some(({ name }) => name === host));
  const found = inOneCell(having, `Compute host ${host}`);
  if (found !== undefined) return found.cell;
  throw notFoundIn(silent, `Compute host ${host} could not be found.`);
}
