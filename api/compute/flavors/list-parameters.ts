import type { FlavorFilter, FlavorPage, FlavorSortKey } from '#platform/directory/stores/flavors.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { lastOf, type Query } from '../../http/query.ts';
import { pageLimit } from '../page-limit.ts';

const TRUE = ['1', 't', 'true', 'on', 'y', 'yes'];
const FALSE = ['0', 'f', 'false', 'off', 'n', 'no'];

/** Users see what is public or opened to them and not disabled; only admins may ask for more. */
export function flavorFilter(query: Query, isAdmin: boolean): FlavorFilter {
  const minRamMb = wholeNumber(query, 'minRam');
  const minDiskGb = wholeNumber(query, 'minDisk');
  const name = lastOf(query, 'name');
  const isPublic = isAdmin ? publicness(lastOf(query, 'is_public')) : true;
  return {
    ...(isPublic === null ? {} : { isPublic }),
    ...(isAdmin ? {} : { disabled: false }),
    ...(minRamMb === undefined ? {} : { minRamMb }),
    ...(minDiskGb === undefined ? {} : { minDiskGb }),
    ...(name === undefined ? {} : { name }),
  };
}

export const flavorPage = (query: Query): FlavorPage => ({
  sortKey: (lastOf(query, 'sort_key') ?? 'flavorid') as FlavorSortKey,
  descending: lastOf(query, 'sort_dir') === 'desc',
  limit: pageLimit(query),
  marker: lastOf(query, 'marker') ?? null,
});

/** null: public or not, all the same. */
function publicness(text: string | undefined): boolean | null {
  if (text === undefined) return true;
  const word = text.trim().toLowerCase();
  if (word === 'none') return null;
  if (TRUE.includes(word)) return true;
  if (FALSE.includes(word)) return false;
  throw new VolvoxError('invalid', `Invalid is_public filter [${text}]. Expected: true, false or none.`);
}

function wholeNumber(query: Query, parameter: string): number | undefined {
  const text = lastOf(query, parameter);
  if (text === undefined) return undefined;
  if (!/^\s*[+-]?\d{1,15}\s*$/.test(text))
    throw new VolvoxError('invalid', `Invalid ${parameter} filter [${text}]. Expected: an integer.`);
  return Number(text);
}
