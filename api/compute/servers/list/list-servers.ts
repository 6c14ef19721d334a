import type { InstanceFilter, InstancePage, InstanceSort } from '#platform/contracts/door.ts';
import { cellOf } from '#platform/directory/cell-doors.ts';
import { cellsAndMoves } from '#platform/directory/stores/homes/cells-of-project.ts';
import { getHome } from '#platform/directory/stores/homes/get-homes.ts';
import type { HomeWithBuild } from '#platform/directory/stores/homes/home.ts';
import { listHomesInCells, listUnplaced } from '#platform/directory/stores/homes/list-homes.ts';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { cellsAreSilent, isLeftOut, LIST_DEADLINE_MS } from '../../../cross-cell/ask-cells.ts';
import type { CellDoor } from '../../../cross-cell/cell-doors.ts';
import {
  type Admit,
  type Duplicates,
  type Fetched,
  mergeSorted,
  type SortedSource,
} from '../../../cross-cell/merge-sorted.ts';
import { admitReports } from '../../../cross-cell/reports-of-cells.ts';
import type { ApiDeps } from '../../../deps.ts';
import { isUuid } from '../../../http/is-uuid.ts';
import type { ApiRequest } from '../../../http/route.ts';
import { unplacedInstance } from '../unplaced-instance.ts';
import { findMarker } from './find-marker.ts';
import { isDecidedByDirectory, listByDirectory } from './list-by-directory.ts';
import type { ListQuestion } from './list-question.ts';
import { matchPatterns } from './match-patterns.ts';
import { matchesFilter } from './matches-filter.ts';
import { findMoving, type MovingServers, NOTHING_MOVES } from './moving-servers.ts';
import { type Listed, PAGE_SIZE, type ServerList } from './server-list.ts';
import { compareInstances, compareValues, sortValues } from './sort-instances.ts';

type Deps = Pick<ApiDeps, 'directory' | 'cells' | 'caches' | 'clock' | 'sightings'>;
type After = InstancePage['after'];

/**
 * Returns one page of servers, those without a cell among them. The directory decides it where it can (list-by-directory.ts, decision 0035);
 * else all cells that may have matching servers are asked. It always answers in time: `silentCells` names the cells that do not, and their
 * servers show the directory's data if the filter can be decided with it.
 * @throws VolvoxError unavailable when nothing can be shown, and no cell answers or the directory knows a matching server of a silent cell:
 * an empty list would claim that no servers exist.
 */
export async function listServers(deps: Deps, asker: ApiRequest, question: ListQuestion): Promise<ServerList> {
  const until = deps.clock.now() + LIST_DEADLINE_MS;
  const decided = isDecidedByDirectory(question) ? await listByDirectory(deps, asker, question, until) : null;
  return decided ?? listByCells(deps, asker, question, until);
}

async function listByCells(deps: Deps, asker: ApiRequest, question: ListQuestion, until: number): Promise<ServerList> {
  const { filter, sort, limit } = question;
  // Read builds before cells: a server that is placed in between then appears twice and is never missed.
  const [unplaced, marked] = await Promise.all([
    unplacedMatching(deps, asker, filter),
    findMarker(deps, asker, question),
  ]);
  const { cells, moving } = await cellsToAsk(deps, asker, filter);
  const after = afterMarker(marked, moving, sort);
  const compare = compareInstances(sort);
  const inOrder = (instances: readonly Instance[]) => beyond(instances, sort, after).sort(compare);
  const sources = [
    ...cells.map((cell) => cellSource(deps, asker, cell, question, after, until)),
    memorySource(inOrder(unplaced)),
  ];
  const admit: Admit<Instance> = (fetched) => admitFetched(deps, cells, filter, fetched);
  const duplicates = { ...DUPLICATES, isShown: moving.isShown };
  const merged = await mergeSorted(sources, compare, limit, duplicates, admit, PAGE_SIZE);
  const { items, cut } = merged;
  const silentCells = merged.silent.flatMap((index) => cells[index] ?? []);
  const asListed = (instance: Instance): Listed => ({ silent: false, instance });
  const known = (): Promise<readonly HomeWithBuild[]> =>
    silentHomes(deps, asker, filter, silentCells, moving, newestLeft(marked, sort));
  if (silentCells.length === 0 || !question.showSilent || !decidable(filter)) {
    if (items.length === 0 && silentCells.length > 0) {
      const nobodyAnswers = silentCells.length === cells.length;
      const isLeftOut = async () => decidable(filter) && inOrder((await known()).map(unplacedInstance)).length > 0;
      if (nobodyAnswers || (await isLeftOut()) || (await namesSilentServer(deps, filter, silentCells)))
        throw cellsAreSilent(silentCells);
    }
    return { servers: items.map(asListed), cut, silentCells };
  }
  const homes = await known();
  const homeOf = new Map(homes.map((home) => [home.uuid, home]));
  const shown = new Set(items.map((instance) => instance.uuid));
  const missing = inOrder(homes.map(unplacedInstance)).filter((instance) => !shown.has(instance.uuid));
  const last = items.at(-1);
  const onPage = cut && last !== undefined ? missing.filter((one) => compare(one, last) <= 0) : missing;
  const servers = [...items, ...onPage].sort(compare).slice(0, limit);
  return {
    cut,
    servers: servers.map((instance) => {
      const home = shown.has(instance.uuid) ? undefined : homeOf.get(instance.uuid);
      return home === undefined ? asListed(instance) : { silent: true, home };
    }),
    silentCells,
  };
}

/** What cells show passes only if the directory agrees. Builds without a cell come from the directory itself. */
async function admitFetched(
  deps: Deps,
  cells: readonly CellDoor[],
  { projectId }: InstanceFilter,
  fetched: readonly Fetched<Instance>[],
): Promise<readonly (readonly Instance[])[]> {
  const ofCells = fetched.flatMap(({ source, items }) => {
    const cell = cells[source];
    return cell === undefined ? [] : [{ source, cell, instances: items }];
  });
  const admitted = await admitReports(deps, ofCells);
  const bySource = new Map(ofCells.map(({ source }, at) => [source, admitted[at] ?? []]));
  return fetched.map(({ source, items }) =>
    (bySource.get(source) ?? items).filter((one) => projectId === undefined || one.projectId === projectId),
  );
}

/**
 * The cells that have servers of the project. All cells when the list covers every project, or while the source cell of a move may still show
 * a server. Handed-over servers are read together with the cells or after them, so no server changes its cell unnoticed in between.
 */
async function cellsToAsk(
  deps: Deps,
  asker: ApiRequest,
  filter: InstanceFilter,
): Promise<{ readonly cells: readonly CellDoor[]; readonly moving: MovingServers }> {
  const { projectId, deleted } = filter;
  if (projectId === undefined) return { cells: deps.cells.all(), moving: await findMoving(deps, asker, filter) };
  const includeDeleted = deleted !== false;
  const { cellIds, anyMoves } = await cellsAndMoves(deps.directory.read, projectId, { includeDeleted });
  const moving = anyMoves ? await findMoving(deps, asker, filter) : NOTHING_MOVES;
  const all = moving.handedOver.length > 0;
  if (all) return { cells: deps.cells.all(), moving };
  // An unknown cell fails the list, so that no cell is left out silently.
  return { cells: await Promise.all(cellIds.map((id) => cellOf(deps.cells, id))), moving };
}

async function unplacedMatching(deps: Deps, asker: ApiRequest, filter: InstanceFilter): Promise<readonly Instance[]> {
  const homes = await listUnplaced(deps.directory.read, {
    projectId: filter.projectId,
    userId: filter.userId,
    uuids: filter.uuids,
    includeDeleted: filter.deleted !== false,
  });
  const instances = homes.map(unplacedInstance).filter((instance) => matchesFilter(filter, instance));
  return matchPatterns(deps.directory, asker, filter, instances);
}

/** For a list sorted newest first: the latest creation time of the servers after the marker. */
const newestLeft = (marked: Instance | null, [first]: readonly InstanceSort[]): string | undefined =>
  marked !== null && first?.key === 'created_at' && first.direction === 'desc' ? marked.createdAt : undefined;

/**
 * Whether the name that is searched for is the id of a server of a silent cell. Clients look for a server by its id first, and take any
 * error as a reason to look for it by name; an empty list would be to them the proof that it does not exist.
 */
async function namesSilentServer(
  { directory }: Deps,
  { nameRegex, projectId }: InstanceFilter,
  silentCells: readonly CellDoor[],
): Promise<boolean> {
  if (nameRegex === undefined || !isUuid(nameRegex)) return false;
  const home = await getHome(directory.read, nameRegex);
  if (home === null || (projectId !== undefined && home.projectId !== projectId)) return false;
  return silentCells.some(({ id }) => id === home.cellId);
}

async function silentHomes(
  deps: Deps,
  asker: ApiRequest,
  filter: InstanceFilter,
  cells: readonly CellDoor[],
  { handedOver, shown }: MovingServers,
  createdUpTo: string | undefined,
): Promise<readonly HomeWithBuild[]> {
  const homes = await listHomesInCells(deps.directory.read, {
    cellIds: cells.map((cell) => cell.id),
    projectId: filter.projectId,
    uuids: filter.uuids,
    createdUpTo,
    limit: 1_000,
  });
  const { deleted: _, ...rest } = filter;
  // After a hand-over, only the silent source cell may know the server until its new cell shows it. Skip servers that another cell shows.
  const isElsewhere = ({ uuid }: HomeWithBuild): boolean => {
    const shownInstance = shown.get(uuid);
    return shownInstance !== undefined && !cells.includes(shownInstance.cell);
  };
  const all = [...homes, ...handedOver].filter((home) => !isElsewhere(home));
  const byUuid = new Map(all.map((home) => [home.uuid, home]));
  const instances = [...byUuid.values()].map(unplacedInstance).filter((instance) => matchesFilter(rest, instance));
  const matching = await matchPatterns(deps.directory, asker, rest, instances);
  return matching.flatMap(({ uuid }) => byUuid.get(uuid) ?? []);
}

/** The filters that the directory's data can decide. All other filters need the cell. */
const DECIDABLE: readonly (keyof InstanceFilter)[] = [
  'projectId',
  'userId',
  'uuids',
  'nameRegex',
  'imageId',
  'deleted',
  'softDeleted',
];
const decidable = (filter: InstanceFilter): boolean =>
  filter.deleted !== true && Object.keys(filter).every((key) => DECIDABLE.includes(key as keyof InstanceFilter));

/** The sort values of the marker; for a moving server, those of the report that the list shows. */
function afterMarker(marked: Instance | null, { shown }: MovingServers, sort: readonly InstanceSort[]): After {
  return marked === null ? null : sortValues(shown.get(marked.uuid)?.instance ?? marked, sort);
}

const beyond = (instances: readonly Instance[], sort: readonly InstanceSort[], after: After): Instance[] =>
  instances.filter((instance) => after === null || compareValues(sortValues(instance, sort), after, sort) > 0);

function cellSource(
  deps: Deps,
  asker: ApiRequest,
  cell: CellDoor,
  question: ListQuestion,
  after: After,
  until: number,
): SortedSource<Instance> {
  const { filter, sort, withUserData } = question;
  return {
    next: async (last, count) => {
      try {
        const { instances } = await cell.door.listInstances(
          {
            filter,
            sort: [...sort],
            after: last === null ? after : sortValues(last, sort),
            limit: count,
            ...(withUserData ? { withUserData } : {}),
          },
          { deadlineMs: Math.max(1, until - deps.clock.now()), requestId: asker.requestId, signal: asker.signal },
        );
        return instances;
      } catch (error) {
        asker.signal.throwIfAborted();
        // Only what a user wrote can be refused: a pattern.
        if (!isLeftOut(error) && hasPattern(filter)) throw error;
        if (!isVolvoxError(error)) throw error;
        asker.log.warn(
          { cell: cell.name, err: error },
          'a cell did not answer in time and is missing from a server list',
        );
        return null;
      }
    },
  };
}

const hasPattern = (filter: InstanceFilter): boolean => Object.keys(filter).some((key) => key.endsWith('Regex'));

/** A source of instances that are already in memory. */
function memorySource(instances: readonly Instance[]): SortedSource<Instance> {
  let given = 0;
  return {
    next: async (_last, count) => {
      const batch = instances.slice(given, given + count);
      given += batch.length;
      return batch;
    },
  };
}

/**
 * An instance appears twice while it is being placed (as build and in its cell), and while it moves (in both cells). The higher epoch wins; at
 * equal epochs the cell wins over the build.
 */
const DUPLICATES: Duplicates<Instance> = {
  key: ({ uuid }) => uuid,
  better: (one, other) =>
    one.epoch > other.epoch || (one.epoch === other.epoch && other.cellName === '' && one.cellName !== ''),
};
