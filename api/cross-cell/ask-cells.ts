import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiRequest } from '../http/route.ts';
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

/** The request that a read is for. */
export type Reader = Pick<ApiRequest, 'requestId' | 'signal'>;

/** Options of a door call that reads. The call ends with the request. */
interface AskOptions extends Reader {
  readonly deadlineMs: number;
}

/** @param deadlineMs of the call. */
export const readOptions = ({ requestId, signal }: Reader, deadlineMs = LIST_DEADLINE_MS): AskOptions => ({
  deadlineMs,
  requestId,
  signal,
});

/**
 * Asks all cells concurrently, until the request ends; `ask` passes its options on to the door. A cell that does not answer is not an
 * error, nor is one that fails or refuses what others answer: no cell ends the list of all.
 * @throws what a cell refused with, when no cell answered; the reason of the request's signal.
 */
export async function askCells<A>(
  cells: readonly CellDoor[],
  reader: Reader,
  ask: (cell: CellDoor, options: AskOptions) => Promise<A>,
  deadlineMs = LIST_DEADLINE_MS,
): Promise<CellAnswers<A>> {
  const options = readOptions(reader, deadlineMs);
  const answers: { readonly cell: CellDoor; readonly answer: A }[] = [];
  const silent: CellDoor[] = [];
  const refusals: VolvoxError[] = [];
  const results = await Promise.allSettled(cells.map((cell) => ask(cell, options)));
  reader.signal.throwIfAborted();
  for (const [at, cell] of cells.entries()) {
    const result = results[at];
    if (result?.status === 'fulfilled') {
      answers.push({ cell, answer: result.value });
      continue;
    }
    const error: unknown = result?.reason;
    if (!isVolvoxError(error)) throw error;
    if (!isLeftOut(error)) refusals.push(error);
    silent.push(cell);
  }
  const [refused] = refusals;
  if (refused !== undefined && answers.length === 0) throw refused;
  return { answers, silent };
}

/**
 * Whether the peer could not be reached, did not answer in time, or refused our key. The caller has no part in that, so the answer must not
 * claim that the caller's token is wrong.
 */
export const isSilence = (error: unknown): boolean =>
  isVolvoxError(error, 'unavailable') ||
  isVolvoxError(error, 'deadline-exceeded') ||
  isVolvoxError(error, 'unauthenticated');

/** How a cell refuses what its user asked for; every cell would. */
const REFUSALS = ['invalid', 'too-large'] as const;

/**
 * Whether a list goes on without the cell that answered with this error. It is silent, or fails in its own way: what it says must not be the
 * end of a list of all cells.
 */
export const isLeftOut = (error: unknown): boolean =>
  isVolvoxError(error) && !REFUSALS.some((kind) => error.kind === kind);

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
