import { findCell } from '#platform/directory/cell-doors.ts';
import { getHomeWithBuild } from '#platform/directory/stores/homes/get-homes.ts';
import type { HomeWithBuild } from '#platform/directory/stores/homes/home.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { LIST_DEADLINE_MS } from '../../../cross-cell/ask-cells.ts';
import type { CellDoor } from '../../../cross-cell/cell-doors.ts';
import { isAdmitted } from '../../../cross-cell/reports-of-cells.ts';
import { isUuid } from '../../../http/is-uuid.ts';
import type { ApiRequest } from '../../../http/route.ts';
import { findServer, silentCell } from '../find-server.ts';
import { unplacedInstance } from '../unplaced-instance.ts';
import type { ListQuestion } from './list-question.ts';

type Deps = Parameters<typeof findServer>[0];
type Question = Pick<ListQuestion, 'filter' | 'marker' | 'showSilent'>;

export const noSuchMarker = (marker: string): VolvoxError =>
  new VolvoxError('invalid', `marker [${marker}] not found. It is the id of the last server of the page before.`);

/**
 * The last server of the page before. Whatever a list shows may be a marker: deleted ones too, where the list shows them.
 * @throws VolvoxError invalid when there is no such server; unavailable when its cell is silent and the page would have to do without that
 * cell's servers: it would end the list.
 */
export async function findMarker(deps: Deps, asker: ApiRequest, question: Question): Promise<Instance | null> {
  const { marker, filter } = question;
  if (marker === undefined || marker === '') return null;
  try {
    const found = await findServer(deps, asker, marker);
    return found.kind === 'silent' ? fromDirectory(found.home, found.cell, question) : found.instance;
  } catch (error) {
    if (!isVolvoxError(error, 'not-found')) throw error;
    const deleted = filter.deleted === false ? null : await findDeleted(deps, asker, marker, question);
    if (deleted === null) throw noSuchMarker(marker);
    return deleted;
  }
}

function fromDirectory(home: HomeWithBuild, cell: CellDoor | undefined, { showSilent }: Question): Instance {
  if (!showSilent) throw silentCell(cell);
  return unplacedInstance(home);
}

async function findDeleted(
  deps: Deps,
  { caller, requestId, signal }: ApiRequest,
  marker: string,
  question: Question,
): Promise<Instance | null> {
  const home = isUuid(marker) ? await getHomeWithBuild(deps.directory.read, marker) : null;
  if (home === null || !(caller.isAdmin || home.projectId === caller.projectId)) return null;
  const cell = home.cellId === null ? undefined : await findCell(deps.cells, home.cellId);
  if (cell === undefined) return unplacedInstance(home);
  const page = {
    filter: { uuids: [marker] },
    sort: [{ key: 'uuid', direction: 'asc' } as const],
    after: null,
    limit: 1,
  };
  try {
    const { instances } = await cell.door.listInstances(page, { deadlineMs: LIST_DEADLINE_MS, requestId, signal });
    const [instance] = instances;
    const isOurs = instance?.uuid === marker && isAdmitted(deps, cell, instance, home);
    return isOurs ? instance : unplacedInstance(home);
  } catch (error) {
    if (!isVolvoxError(error)) throw error;
    return fromDirectory(home, cell, question);
  }
}
