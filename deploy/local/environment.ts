import { delimiter, isAbsolute, join, resolve } from 'node:path';
import type { Home } from './home.ts';

/** Every process of a region, also guests and what agents started, has its home in this variable of its environment. */
export const HOME_VARIABLE = 'VOLVOX_REGION_HOME';

export const REPOSITORY = resolve(import.meta.dirname, '../..');

/** What every Volvox process of the region is given besides its configuration file: also the VOLVOX_* options of whoever starts it. */
export const volvoxEnvironment = (home: Home, config: string): Record<string, string> => ({
  ...ownOptions(),
  PATH: searchPath(),
  HOME: process.env.HOME ?? '/',
  NODE_COMPILE_CACHE: join(home.cache, 'node'),
  ...SMALL_MEMORY,
  VOLVOX_CONFIG: config,
  [HOME_VARIABLE]: home.root,
});

/** Threads share what the C library keeps of freed memory. Its thresholds stay its own: lower ones slow down long lists. */
const SMALL_MEMORY = { MALLOC_ARENA_MAX: '2' };

/** What databases and Redis are given. */
export const storeEnvironment = (home: Home): Record<string, string> => ({
  PATH: searchPath(),
  HOME: process.env.HOME ?? '/',
  [HOME_VARIABLE]: home.root,
});

const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/** Absolute folders only: any other part, also an empty one, is the folder in which a process happens to be. */
const searchPath = (): string => {
  const given = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  return [...new Set([...given, ...SYSTEM_FOLDERS])].join(delimiter);
};

const ownOptions = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      name.startsWith('VOLVOX_') && value !== undefined ? [[name, value]] : [],
    ),
  );
