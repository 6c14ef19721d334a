import type { Reader } from '#platform/database/database.ts';
import { getImage, type ImageListing, type ImageRecord, type ImageViewer } from '#platform/directory/stores/images.ts';
import type { SortKey } from '#platform/directory/stores/listing.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import { lastOf, type Query } from '../../http/query.ts';

const DEFAULT_LIMIT = 25;
const MAX_LIMIT = 1_000;

/** Query parameter → member, of those that are compared as they are. */
const MEMBERS: Readonly<Record<string, keyof ImageRecord>> = {
  id: 'id',
  name: 'name',
  status: 'status',
  owner: 'projectId',
  disk_format: 'diskFormat',
  container_format: 'containerFormat',
  min_ram: 'minRamMb',
  min_disk: 'minDiskGb',
  checksum: 'md5',
  os_hash_value: 'sha256',
};
const BOOLEANS: Readonly<Record<string, keyof ImageRecord>> = { protected: 'isProtected', os_hidden: 'isHidden' };
const SORT_KEYS: Readonly<Record<string, SortKey<keyof ImageRecord>>> = {
  id: { member: 'id', descending: true },
  name: { member: 'name', descending: true, nullAs: '' },
  status: { member: 'status', descending: true },
  size: { member: 'sizeBytes', descending: true, nullAs: 0 },
  disk_format: { member: 'diskFormat', descending: true, nullAs: '' },
  container_format: { member: 'containerFormat', descending: true, nullAs: '' },
  created_at: { member: 'createdAt', descending: true },
  updated_at: { member: 'updatedAt', descending: true },
};
const CONTROLS = new Set([
  'limit',
  'marker',
  'sort',
  'sort_key',
  'sort_dir',
  'visibility',
  'member_status',
  'tag',
  'size_min',
  'size_max',
  'os_hash_algo',
]);

const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);
/** Reads the query of a list. @throws VolvoxError invalid, naming the parameter. */
export async function imageListing(
  read: Reader<DirectoryTables>,
  viewer: ImageViewer,
  query: Query,
): Promise<ImageListing> {
  const sort = sortOf(query);
  const marker = lastOf(query, 'marker');
  return {
    filters: filtersOf(query),
    sort,
    after: marker === undefined ? null : await markerOf(read, viewer, marker),
    limit: limitOf(lastOf(query, 'limit')),
    visibility: visibilityOf(lastOf(query, 'visibility')),
    memberStatus: memberStatusOf(lastOf(query, 'member_status')),
    tags: query.tag ?? [],
    sizeMin: amountOf(query, 'size_min'),
    sizeMax: amountOf(query, 'size_max'),
    properties: Object.fromEntries(
      Object.entries(query)
        .filter(([key]) => !Object.hasOwn(MEMBERS, key) && !Object.hasOwn(BOOLEANS, key) && !CONTROLS.has(key))
        .map(([key, values]) => [key, values.at(-1) ?? '']),
    ),
  };
}

function filtersOf(query: Query): ImageListing['filters'] {
  const plain = Object.entries(MEMBERS).flatMap(([key, member]) => {
    const value = lastOf(query, key);
    if (value === undefined) return [];
    return [{ member, anyOf: value.startsWith('in:') ? value.slice(3).split(',').map(unquoted) : [value] }];
  });
  const booleans = Object.entries(BOOLEANS).flatMap(([key, member]) => {
    const value = lastOf(query, key)?.toLowerCase() ?? (key === 'os_hidden' ? 'false' : undefined);
    if (value === undefined) return [];
    if (value !== 'true' && value !== 'false') throw invalid(`Invalid value '${value}' for '${key}' filter.`);
    return [{ member, anyOf: [value === 'true'] }];
  });
  return [...plain, ...booleans];
}

const unquoted = (text: string): string => text.replace(/^"(.*)"$/, '$1');

function sortOf(query: Query): readonly SortKey<keyof ImageRecord>[] {
  const combined = lastOf(query, 'sort');
  const sortKeys =
    combined === undefined
      ? pairs(query.sort_key ?? [], query.sort_dir ?? [])
      : combined.split(',').map((part): [string, string] => {
          const [key = '', direction = 'desc'] = part.split(':');
          return [key.trim(), direction.trim()];
        });
  const chosen = sortKeys.map(([key, direction]) => {
    const known = Object.hasOwn(SORT_KEYS, key) ? SORT_KEYS[key] : undefined;
    if (known === undefined)
      throw invalid(`Invalid sort key: ${key}. It must be one of the following: ${Object.keys(SORT_KEYS).join(', ')}.`);
    if (direction !== 'asc' && direction !== 'desc') throw invalid(`Invalid sort direction: ${direction}`);
    return { ...known, descending: direction === 'desc' };
  });
  const defaults = ['created_at', 'id'].filter((key) => !sortKeys.some(([name]) => name === key));
  return [...chosen, ...defaults.flatMap((key) => SORT_KEYS[key] ?? [])];
}

function pairs(keys: readonly string[], directions: readonly string[]): [string, string][] {
  if (directions.length > Math.max(1, keys.length))
    throw invalid('Number of sort dirs does not match the number of sort keys');
  return (keys.length === 0 && directions.length > 0 ? ['created_at'] : keys).map((key, index) => [
    key,
    directions[index] ?? directions[0] ?? 'desc',
  ]);
}

async function markerOf(
  read: Reader<DirectoryTables>,
  viewer: ImageViewer,
  id: string,
): Promise<Readonly<Record<string, unknown>>> {
  const image: ImageRecord = await getImage(read, viewer, id).catch((error) => {
    throw isVolvoxError(error, 'not-found') ? invalid(`Invalid marker: ${id}`) : error;
  });
  return { ...image };
}

const limitOf = (text: string | undefined): number =>
  text === undefined ? DEFAULT_LIMIT : Math.min(Number(text), MAX_LIMIT);

/** Bytes; the schema has checked that it is a number. */
function amountOf(query: Query, key: string): number | undefined {
  const text = lastOf(query, key);
  return text === undefined ? undefined : Number(text);
}

function visibilityOf(text: string | undefined): ImageListing['visibility'] {
  const known = (['public', 'private', 'shared', 'community', 'all'] as const).find((value) => value === text);
  if (text !== undefined && known === undefined) throw invalid(`Invalid visibility value: ${text}`);
  return known;
}

function memberStatusOf(text: string | undefined): ImageListing['memberStatus'] {
  const known = (['pending', 'accepted', 'rejected', 'all'] as const).find((value) => value === text);
  if (text !== undefined && known === undefined) throw invalid(`Invalid status: ${text}`);
  return known;
}
