import type { Instance } from '#platform/objects/instance.ts';
import { type ShownRow, stateOf, toInstance } from './instances.ts';

/** What only the guest reads of its build: user data and files; lists have no files. */
type GuestData = 'all' | 'user data' | 'none';

/**
 * The JSON of an instance. The stored build stands in it as it is, unless a part of it is another one here: to parse it and write it again
 * would be most of what a page costs.
 */
export function instanceJson(row: ShownRow, cellName: string, guestData: GuestData): string {
  const { build } = row;
  if (row.userData !== null || build.includes(USER_DATA))
    return JSON.stringify(withGuestData(toInstance(row, cellName), guestData));
  return `${build.slice(0, build.lastIndexOf('}'))},${JSON.stringify(stateOf(row, cellName)).slice(1)}`;
}

/** In the build that is so only in rows of earlier releases, or where something else has this name. */
const USER_DATA = '"userData":"';

function withGuestData(instance: Instance, guestData: GuestData): Instance {
  if (guestData === 'all') return instance;
  const { injectedFiles: _files, ...rest } = instance;
  return guestData === 'none' ? { ...rest, userData: null } : rest;
}
