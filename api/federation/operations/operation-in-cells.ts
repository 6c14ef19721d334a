import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import type { OperationView } from '#platform/objects/operation.ts';
import { askCells, notFoundIn, type Reader } from '../../cross-cell/ask-cells.ts';
import type { CellDoor, CellDoors } from '../../cross-cell/cell-doors.ts';
import { isUuid } from '../../http/is-uuid.ts';

/**
 * Finds an operation in the cells.
 * @throws VolvoxError not-found when no cell has it; unavailable, naming the cells, when a cell that does not answer may have it.
 */
export async function operationInCells(
  cells: Pick<CellDoors, 'all'>,
  reader: Reader,
  id: string,
): Promise<{ readonly cell: CellDoor; readonly operation: OperationView }> {
  const message = `Operation ${id} could not be found.`;
  if (!isUuid(id)) throw notFoundIn([], message);
  const { answers, silent } = await askCells(cells.all(), reader, ({ door }, options) =>
    door.getOperation({ id }, options).catch((error) => {
      if (isVolvoxError(error, 'not-found')) return null;
      throw error;
    }),
  );
  for (const { cell, answer } of answers) if (answer !== null) return { cell, operation: answer };
  throw notFoundIn(silent, message);
}
