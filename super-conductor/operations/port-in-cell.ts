import type { DirectoryTx } from '#platform/directory/directory.ts';
import { getHome } from '#platform/directory/stores/homes/get-homes.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { StepContext } from '#platform/operations/definition.ts';
import type { GlobalDeps } from '../deps.ts';

/** changing: the cell has not ended the operation `operationId` yet, or the server is on its way to another cell. */
type PortInCell = 'attached' | 'gone' | 'changing';

/**
 * Whether a server has a port, by the word of its cell: the directory releases the port when, and only when, it is gone there.
 * @throws VolvoxError unavailable while the cell does not answer.
 */
export async function portInCell(
  { params: { uuid }, operationId, requestId, signal }: StepContext<{ readonly uuid: string }, DirectoryTx>,
  { cells, directory }: Pick<GlobalDeps, 'cells' | 'directory'>,
  portId: string,
): Promise<PortInCell> {
  const home = await getHome(directory.read, uuid);
  if (home === null || home.state !== 'placed' || home.cellId === null) return 'gone';
  const door = cells.find(home.cellId)?.door;
  if (door === undefined) throw new VolvoxError('unavailable', `Cell ${home.cellId} is not known here.`);
  const options = { requestId, signal };
  const begun = await door.getOperation({ id: operationId }, options).catch(unlessNotFound);
  if (begun !== null && begun.finishedAt === null) return 'changing';
  try {
    const { ports } = await door.getInstance({ uuid }, options);
    return ports.some(({ id }) => id === portId) ? 'attached' : 'gone';
  } catch (error) {
    if (isVolvoxError(error, 'moved')) return 'changing';
    return unlessNotFound(error) ?? 'gone';
  }
}

function unlessNotFound(error: unknown): null {
  if (isVolvoxError(error, 'not-found')) return null;
  throw error;
}
