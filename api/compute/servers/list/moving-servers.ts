import type { HomeWithBuild } from '#platform/directory/stores/homes/home.ts';
import { listMoving } from '#platform/directory/stores/homes/list-homes.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { askCells } from '../../../cross-cell/ask-cells.ts';
import type { CellDoor } from '../../../cross-cell/cell-doors.ts';
import type { JudgingHome } from '../../../cross-cell/judge-report.ts';
import { isAdmitted } from '../../../cross-cell/reports-of-cells.ts';
import type { ApiDeps } from '../../../deps.ts';
import type { ApiRequest } from '../../../http/route.ts';
import { DEFAULT_SORT } from './sort-instances.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'caches' | 'clock' | 'sightings'>;

/** A server as reported by the cell that shows it in lists. */
interface ShownInstance {
  readonly cell: CellDoor;
  readonly instance: Instance;
}

/**
 * The servers that move between cells while a list is built. Two cells may then report the same server, with different hosts, states and times.
 * The list decides once, before it sorts, which of the two it shows, so the other never appears on any page.
 */
export interface MovingServers {
  /** Servers whose home is already the new cell, although the old cell may still show them. */
  readonly handedOver: readonly HomeWithBuild[];
  /** The report that this list shows for each server handed over, by uuid. Servers that no cell reports are missing. */
  readonly shown: ReadonlyMap<string, ShownInstance>;
  readonly isShown: (instance: Instance) => boolean;
}

export const NOTHING_MOVES: MovingServers = { handedOver: [], shown: new Map(), isShown: () => true };

/**
 * How long new cells, and then all others, may take to report these servers, in ms; together a part of the deadline of a list. Later answers do
 * not count. A new cell has more time: without its word the list shows the server where it was, although an earlier list may have shown it there.
 */
const NEW_CELLS_TELL_MS = 400;
const OTHERS_TELL_MS = 200;

/**
 * Asks no cell while no server is handed over. Otherwise it asks the new cells first, then all cells for the servers that the new cells do not
 * show yet. An old cell keeps showing such a server until this list is complete (its `hideAfterMs`).
 */
export async function findMoving(
  deps: Deps,
  asker: ApiRequest,
  filter: { readonly projectId?: string | undefined; readonly uuids?: readonly string[] | undefined },
): Promise<MovingServers> {
  const moving = await listMoving(deps.directory.read, filter);
  const handedOver = moving.filter(isHandedOver);
  const { shown } = await reportsOfHandedOver(deps, asker, handedOver);
  const homes = new Map(moving.map((home) => [home.uuid, home]));
  const isShown = ({ uuid, epoch }: Instance): boolean => {
    const home = homes.get(uuid);
    if (home === undefined) return true;
    // The hand-over may happen while the list is built; the old cell shows the server longer than that.
    if (!isHandedOver(home)) return epoch <= home.epoch;
    const shownInstance = shown.get(uuid);
    return shownInstance === undefined || epoch >= home.epoch === shownInstance.instance.epoch >= home.epoch;
  };
  return { handedOver, shown, isShown };
}

export const isHandedOver = ({ moving, cellId }: Pick<JudgingHome, 'moving' | 'cellId'>): boolean =>
  moving !== null && moving.cellId === cellId;

interface HandedOverReports {
  /** The report to show of each server, by uuid, deleted ones included. Servers that no cell reports are missing. */
  readonly shown: ReadonlyMap<string, ShownInstance>;
  /** The cells that were asked and did not answer. */
  readonly silent: readonly CellDoor[];
}

/** Asks the new cells of these servers first, then all cells for those that the new cells do not show yet. */
export async function reportsOfHandedOver(
  deps: Deps,
  asker: ApiRequest,
  handedOver: readonly JudgingHome[],
): Promise<HandedOverReports> {
  const newHomes = new Set(handedOver.map(({ cellId }) => cellId));
  const cells = deps.cells.all();
  const newCells = cells.filter(({ id }) => newHomes.has(id));
  const atHome = await newestIn(deps, newCells, asker, handedOver, NEW_CELLS_TELL_MS);
  const notThere = handedOver.filter(({ uuid, epoch }) => (atHome.shown.get(uuid)?.instance.epoch ?? -1) < epoch);
  // Who has not answered now would not do so in less time.
  const others = cells.filter((cell) => !atHome.silent.includes(cell));
  const anywhere = await newestIn(deps, others, asker, notThere, OTHERS_TELL_MS);
  return {
    shown: new Map([...atHome.shown, ...anywhere.shown]),
    silent: [...new Set([...atHome.silent, ...anywhere.silent])],
  };
}

/** The newest report of each of these servers among the cells. */
async function newestIn(
  deps: Deps,
  cells: readonly CellDoor[],
  asker: ApiRequest,
  homes: readonly JudgingHome[],
  tellMs: number,
): Promise<HandedOverReports> {
  const newest = new Map<string, ShownInstance>();
  if (homes.length === 0) return { shown: newest, silent: [] };
  const page = { filter: { uuids: homes.map(({ uuid }) => uuid) }, sort: [...DEFAULT_SORT], after: null };
  const { answers, silent } = await askCells(
    cells,
    asker,
    ({ door }, options) => door.listInstances({ ...page, limit: homes.length }, options),
    tellMs,
  );
  const homeOf = new Map(homes.map((home) => [home.uuid, home]));
  for (const { cell, answer } of answers) {
    for (const instance of answer.instances) {
      if (!isAdmitted(deps, cell, instance, homeOf.get(instance.uuid))) continue;
      const known = newest.get(instance.uuid);
      if (known === undefined || known.instance.epoch < instance.epoch) newest.set(instance.uuid, { cell, instance });
    }
  }
  return { shown: newest, silent };
}
