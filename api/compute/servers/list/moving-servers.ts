import type { HomeWithBuild } from '#platform/directory/stores/homes/home.ts';
import { listMoving } from '#platform/directory/stores/homes/list-homes.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { askCells } from '../../../cross-cell/ask-cells.ts';
import type { CellDoor } from '../../../cross-cell/cell-doors.ts';
import type { ApiDeps } from '../../../deps.ts';
import type { ApiRequest } from '../../../http/route.ts';
import { DEFAULT_SORT } from './sort-instances.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'clock'>;

/** A server as the cell tells it that shows it in lists. */
export interface ShownInstance {
  readonly cell: CellDoor;
  readonly instance: Instance;
}

/**
 * The servers that move between cells while a list is made. Two cells may show one then, with different hosts, states and times; which
 * copy the list shows is decided once, before anything is sorted, so that the other one is on no page, however it sorts.
 */
export interface MovingServers {
  /** Those whose home is the new cell already, though the old one may still be the one to show them. */
  readonly handedOver: readonly HomeWithBuild[];
  /** Of those handed over, by uuid: the copy that this list shows. Not in it: those that no cell tells of. */
  readonly shown: ReadonlyMap<string, ShownInstance>;
  readonly isSeen: (instance: Instance) => boolean;
}

export const NOTHING_MOVES: MovingServers = { handedOver: [], shown: new Map(), isSeen: () => true };

/** How long a cell may take to tell what it shows of them, ms: a part of a list's time. Who says nothing until then decides nothing. */
const TELL_MS = 200;

/**
 * Asks no cell while nothing is handed over. Else the new homes; and all cells for what is not shown there yet: it is shown where it was, and
 * goes on being shown there until this list is over (the old cell's `hideAfterMs`).
 */
export async function findMoving(
  deps: Deps,
  asker: ApiRequest,
  filter: { readonly projectId?: string | undefined; readonly uuids?: readonly string[] | undefined },
): Promise<MovingServers> {
  const moving = await listMoving(deps.directory.read, filter);
  const handedOver = moving.filter(isHandedOver);
  const newHomes = new Set(handedOver.map(({ cellId }) => cellId));
  const atHome = await newestIn(
    deps.cells.all().filter(({ id }) => newHomes.has(id)),
    asker,
    handedOver,
  );
  const notThere = handedOver.filter(({ uuid, epoch }) => (atHome.get(uuid)?.instance.epoch ?? -1) < epoch);
  const shown = new Map([...atHome, ...(await newestIn(deps.cells.all(), asker, notThere))]);
  const homes = new Map(moving.map((home) => [home.uuid, home]));
  const isSeen = ({ uuid, epoch }: Instance): boolean => {
    const home = homes.get(uuid);
    if (home === undefined) return true;
    // Its hand-over may come while the list is made: the old cell shows it longer than that.
    if (!isHandedOver(home)) return epoch <= home.epoch;
    const shownInstance = shown.get(uuid);
    return shownInstance === undefined || epoch >= home.epoch === shownInstance.instance.epoch >= home.epoch;
  };
  return { handedOver, shown, isSeen };
}

const isHandedOver = ({ moving, cellId }: HomeWithBuild): boolean => moving?.cellId === cellId;

/** Of each of these servers the newest copy that one of the cells has in its lists, deleted ones too. */
async function newestIn(
  cells: readonly CellDoor[],
  asker: ApiRequest,
  homes: readonly HomeWithBuild[],
): Promise<ReadonlyMap<string, ShownInstance>> {
  const newest = new Map<string, ShownInstance>();
  if (homes.length === 0) return newest;
  const page = { filter: { uuids: homes.map(({ uuid }) => uuid) }, sort: [...DEFAULT_SORT], after: null };
  const options = { deadlineMs: TELL_MS, requestId: asker.requestId };
  const { answers } = await askCells(cells, ({ door }) =>
    door.listInstances({ ...page, limit: homes.length }, options),
  );
  for (const { cell, answer } of answers) {
    for (const instance of answer.instances) {
      const known = newest.get(instance.uuid);
      if (known === undefined || known.instance.epoch < instance.epoch) newest.set(instance.uuid, { cell, instance });
    }
  }
  return newest;
}
