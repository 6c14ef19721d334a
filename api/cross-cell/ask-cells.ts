import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { CellDoor } from './cell-doors.ts';

/** How long a list may wait for a cell, ms: the whole answer is to be there within a second. */
export const LIST_DEADLINE_MS = 800;

/** Names the cells whose part is missing from an answer. */
const SILENT_CELLS_HEADER = 'x-volvox-silent-cells';

export interface CellAnswers<A> {
  readonly answers: readonly { readonly cell: CellDoor; readonly answer: A }[];
  /** Cells that did not answer in time: a result, not an exception. */
  readonly silent: readonly CellDoor[];
}

/** Asks all cells at once. @throws what a cell refused the question with; not answering is no refusal. */
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
 * The peer could not be reached, said nothing in time, or does not take our key: whoever asks us has no part in that, and must not be
 * told that their own token is wrong.
 */
export const isSilence = (error: unknown): boolean =>
  isVolvoxError(error, 'unavailable') ||
  isVolvoxError(error, 'deadline-exceeded') ||
  isVolvoxError(error, 'unauthenticated');

/** For answers that would be wrong, and not only shorter, without the part of these cells. */
export function cellsAreSilent(silent: readonly Pick<CellDoor, 'name'>[], before = ''): VolvoxError {
  const silentCells = silent.map(({ name }) => name);
  const sentence = `These cells do not answer: ${silentCells.join(', ')}.`;
  return new VolvoxError('unavailable', before === '' ? sentence : `${before} ${sentence}`, {
    details: { silentCells },
  });
}

/** What was not found may be in a cell that does not answer: `kind` says that it is nowhere only when every cell answered. */
export const notFoundIn = (
  silent: readonly Pick<CellDoor, 'name'>[],
  message: string,
  kind: 'not-found' | 'invalid' = 'not-found',
): VolvoxError => (silent.length === 0 ? new VolvoxError(kind, message) : cellsAreSilent(silent, message));

export const silentCellsHeader = (silent: readonly CellDoor[]): Readonly<Record<string, string>> =>
  silent.length === 0 ? {} : { [SILENT_CELLS_HEADER]: silent.map((cell) => cell.name).join(',') };
