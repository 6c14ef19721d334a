import type { DirectoryTx } from '#platform/directory/directory.ts';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import type { StepContext } from '#platform/operations/definition.ts';
import type { GlobalDeps } from '../deps.ts';
import { doorOfHome } from './door-of-home.ts';
import { type AskedInCell, preventInCell } from './prevent-in-cell.ts';

/** changing: the cell has not ended the action yet, or the server is on its way to another cell. */
type PortInCell = 'attached' | 'gone' | 'changing';

/**
 * Whether a server has a port, by the word of its cell: the directory releases the port when, and only when, it is gone there.
 * @param asked the action on the port that the operation may have asked for. If it has not begun, it never will.
 * @throws VolvoxError unavailable while the cell does not answer.
 */
export async function portInCell(
  context: StepContext<{ readonly uuid: string }, DirectoryTx>,
  deps: Pick<GlobalDeps, 'cells' | 'directory'>,
  portId: string,
  asked: AskedInCell,
): Promise<PortInCell> {
  const { requestId, signal } = context;
  const { uuid } = context.params;
  await preventInCell(context, deps, asked);
  const door = await doorOfHome(deps, uuid);
  if (door === null) return 'gone';
  const options = { requestId, signal };
  const begun = await door.getOperation({ id: asked.id }, options).catch(unlessNotFound);
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
