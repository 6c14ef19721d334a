import { changeableParts } from '#platform/directory/stores/homes/change-build.ts';
import { getHomeWithBuild } from '#platform/directory/stores/homes/get-homes.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { GlobalDeps } from '../deps.ts';

interface PlacedBuild {
  readonly uuid: string;
  readonly cellId: string;
  readonly requestId: string;
}

/**
 * Tells the cell that took a build what its user has changed since the cell was asked. Repeating it changes nothing.
 * @returns the revision of the build that the cell has now.
 * @throws VolvoxError while the cell does not answer.
 */
export async function tellLateChanges(
  { uuid, cellId, requestId }: PlacedBuild,
  { directory, cells }: Pick<GlobalDeps, 'directory' | 'cells'>,
): Promise<number> {
  const home = await getHomeWithBuild(directory.read, uuid);
  const cell = cells.find(cellId);
  if (home === null || cell === undefined)
    throw new VolvoxError('unavailable', `Cell ${cellId} is not known here yet.`);
  const { userId, projectId } = home;
  const actor = { userId, projectId, isAdmin: true, requestId };
  try {
    await cell.door.updateInstance({ uuid, patch: changeableParts(home.build), actor }, { requestId });
  } catch (error) {
    // The cell has already released it: a notice says what becomes of it.
    if (!isVolvoxError(error, 'not-found') && !isVolvoxError(error, 'moved')) throw error;
  }
  return home.buildRevision;
}
