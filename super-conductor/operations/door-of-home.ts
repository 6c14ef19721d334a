import type { DoorClient } from '#platform/directory/cell-doors.ts';
import { getHome } from '#platform/directory/stores/homes/get-homes.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { GlobalDeps } from '../deps.ts';

/** The door of the cell where a server lives; null: it lives in none. @throws VolvoxError unavailable when that cell is not known here yet. */
export async function doorOfHome(
  { cells, directory }: Pick<GlobalDeps, 'cells' | 'directory'>,
  uuid: string,
): Promise<DoorClient | null> {
  const home = await getHome(directory.read, uuid);
  if (home === null || home.state !== 'placed' || home.cellId === null) return null;
  const door = cells.find(home.cellId)?.door;
  if (door === undefined) throw new VolvoxError('unavailable', `Cell ${home.cellId} is not known here.`);
  return door;
}
