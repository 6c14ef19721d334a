import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { CellDoor } from './cell-doors.ts';

/** How long a list waits for a cell, in ms. The whole answer must be complete within a second. */
export const LIST_DEADLINE_MS = 800;

/** The header that names the cells whose part is missing from an answer. */
const SILENT_CELLS_HEADER = 'x-volvox-silent-cells';

interface CellAnswers<A> {
  readonly answers: readonly { readonly cell: CellDoor; readonly answer: A }[];
  /** The cells that did not answer in time; this is a result, not an error. */
  readonly silent: readonly CellDoor[];
}

/** Asks all cells concurrently. @throws the error of a cell that refused the request. A cell that does not answer is not an error. */
export async function askCells<A>(
  cells: readonly CellDoor[],
  ask: (cell: CellDoor) => Promise<A>,
): Promise<CellAnswers<A>> {
  const results = await Promise.all(
    cells.map(async (cell) => ({
      cell,
      answer: await ask(cell).catch((error: unknown) => {
        if (isSilence(error)) return undefined;
        throw error;
      }),
    })),
  );
  return {
    answers: results.flatMap(({ cell, answer }) => (answer === undefined ? [] : [{ cell, answer }])),
    silent: results.flatMap(({ cell, answer }) => (answer === undefined ? [cell] : [])),
  };
}

/**
 * Whether the peer could not be reached, did not answer in time, or refused our key. The caller has no part in that, so the answer must not
 * claim that the caller's token is wrong.
 */
export const isSilence = (error: unknown): boolean =>
  isVolvoxError(error, 'unavailable') ||
  isVolvoxError(error, 'deadline-exceeded') ||
  isVolvoxError(error, 'unauthenticated');

/** The error for an answer that would be wrong, and not only shorter, without these cells. */
export function cellsAreSilent(silent: readonly Pick<CellDoor, 'name'>[], before = ''): VolvoxError {
  const silentCells = silent.map(({ name }) => name);
  const sentence = `These cells do not answer: ${silentCells.join(', ')}.`;
  return new VolvoxError('unavailable', before === '' ? sentence : `${before} ${sentence}`, {
    details: { silentCells },
  });
}

/** The error for an object that was not found. It has the given `kind` only if every cell answered, since a silent cell may have the object. */
export const notFoundIn = (
  silent: readonly Pick<CellDoor, 'name'>[],
  message: string,
  kind: 'not-found' | 'invalid' = 'not-found',
): VolvoxError => (silent.length === 0 ? new VolvoxError(kind, message) : cellsAreSilent(silent, message));

export const silentCellsHeader = (silent: readonly CellDoor[]): Readonly<Record<string, string>> =>
  silent.length === 0 ? {} : { [SILENT_CELLS_HEADER]: silent.map((cell) => cell.name).join(',') };
