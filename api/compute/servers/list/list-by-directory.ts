import type { InstanceFilter } from '#platform/contracts/door.ts';
import { getHome } from '#platform/directory/stores/homes/get-homes.ts';
import type { HomePosition } from '#platform/directory/stores/homes/page-of-homes.ts';
import { cellsAreSilent } from '../../../cross-cell/ask-cells.ts';
import { mergeSorted } from '../../../cross-cell/merge-sorted.ts';
import { isUuid } from '../../../http/is-uuid.ts';
import type { ApiRequest } from '../../../http/route.ts';
import { DirectoryPages } from './directory-pages.ts';
import { noSuchMarker } from './find-marker.ts';
import type { ListQuestion } from './list-question.ts';
import { type Listed, PAGE_SIZE, type ServerList } from './server-list.ts';
import { type ReadDeps, ServersOfHomes } from './servers-of-homes.ts';
import { compareInstances } from './sort-instances.ts';

/** The filters by which the directory finds every server that may match. What cells may change without it is not among them. */
const DECIDED: readonly (keyof InstanceFilter)[] = [
  'projectId',
  'userId',
  'uuids',
  'createdAt',
  'deleted',
  'softDeleted',
];

/** Whether the directory decides which servers may be on the page, and their order (decision 0035). */
export function isDecidedByDirectory({ filter, sort }: Pick<ListQuestion, 'filter' | 'sort'>): boolean {
  const [first, second] = sort;
  const isByTime =
    first?.key === 'created_at' && second?.key === 'uuid' && first.direction === second.direction && sort.length === 2;
  return isByTime && filter.deleted === false && Object.keys(filter).every((key) => DECIDED.includes(key as never));
}

/**
 * One page of a list that `isDecidedByDirectory`: the directory says which servers come next, and their cells what they are now. The next
 * ones come in the stead of servers that a cell has no longer, or that are soft-deleted there.
 * @returns null when too many of them are gone in their cells: the cells find the rest faster.
 * @throws VolvoxError invalid for a marker that is no server; unavailable when all servers of the page are in silent cells, and may not be shown.
 */
export async function listByDirectory(
  deps: ReadDeps,
  asker: ApiRequest,
  question: ListQuestion,
  until: number,
): Promise<ServerList | null> {
  const { sort, limit, filter, withUserData } = question;
  const { serverSizes } = deps.caches;
  const sizeKey = `${filter.projectId ?? ''}${withUserData ? ' with user data' : ''}`;
  const size = { ...PAGE_SIZE, expected: serverSizes.get(sizeKey) };
  const after = await positionOf(deps, asker, question.marker);
  const servers = new ServersOfHomes(deps, asker, question, until);
  const pages = new DirectoryPages(deps.directory, question, after, (homes) => servers.read(homes));
  const merged = await mergeSorted([pages], compareInstances(sort), limit, NO_DUPLICATES, undefined, size);
  if (pages.gaveUp) return null;
  if (servers.hadBadAnswer && size.expected !== undefined) {
    // Its servers may be much larger than those before: they are asked for again, a few at first.
    serverSizes.delete(sizeKey);
    return listByDirectory(deps, asker, question, until);
  }
  if (merged.items.length > 0) serverSizes.set(sizeKey, merged.size / merged.items.length);
  const { items, cut } = merged;
  const { silentCells, unknown, someAreLeftOut } = servers;
  if (items.length === 0 && someAreLeftOut) throw cellsAreSilent(silentCells);
  const listed = items.map((instance): Listed => {
    const home = unknown.get(instance.uuid);
    return home === undefined ? { silent: false, instance } : { silent: true, home };
  });
  return { servers: listed, cut, silentCells };
}

const NO_DUPLICATES = { key: ({ uuid }: { readonly uuid: string }) => uuid, better: () => false };

/** Neither the position of a server nor its project ever changes, so the directory alone knows a marker. */
async function positionOf(
  { directory }: ReadDeps,
  { caller }: ApiRequest,
  marker: string | undefined,
): Promise<HomePosition | null> {
  if (marker === undefined || marker === '') return null;
  const home = isUuid(marker) ? await getHome(directory.read, marker) : null;
  if (home === null || home.state === 'deleted' || !(caller.isAdmin || home.projectId === caller.projectId))
    throw noSuchMarker(marker);
  return home;
}
