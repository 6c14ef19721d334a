import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { askCells, LIST_DEADLINE_MS } from '../../cross-cell/ask-cells.ts';
import type { CellDoor, CellDoors } from '../../cross-cell/cell-doors.ts';

/**
 * Looks for a host in all cells.
 * @returns the cell that has it.
 * @throws VolvoxError not-found; unavailable when it was not found but a cell did not answer, which may have it.
 */
export async function findHost(cells: Pick<CellDoors, 'all'>, host: string): Promise<CellDoor> {
  const { answers, silent } = await askCells(cells.all(), ({ door }) =>
    door.listHosts({}, { deadlineMs: LIST_DEADLINE_MS }),
  );
  const found = answers.find(({ answer }) => answer.hosts.some(({ name }) => name === host));
  if (found !== undefined) return found.cell;
  if (silent.length === 0) throw new VolvoxError('not-found', `Compute host ${host} could not be found.`);
  throw new VolvoxError(
    'unavailable',
    `Compute host ${host} was not found, but these cells do not answer: ${silent.map(({ name }) => name).join(', ')}.`,
  );
}
