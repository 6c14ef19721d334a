import { join, resolve } from 'node:path';
import type { Home } from './home.ts';

/** Every process of a region, also guests and what agents started, has its home in this variable of its environment. */
export const HOME_VARIABLE = 'VOLVOX_REGION_HOME';

export const REPOSITORY = resolve(import.meta.dirname, '../..');

/** What every Volvox process of the region is given besides its configuration file: also the VOLVOX_* options of whoever starts it. */
export const volvoxEnvironment = (home: Home, config: string): Record<string, string> => ({
  ...ownOptions(),
  PATH: `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`,
  HOME: process.env.HOME ?? '/',
  NODE_COMPILE_CACHE: join(home.cache, 'node'),
  VOLVOX_CONFIG: config,
  [HOME_VARIABLE]: home.root,
});

/** What databases and Redis are given. */
export const storeEnvironment = (home: Home): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  HOME: process.env.HOME ?? '/',
  [HOME_VARIABLE]: home.root,
});

const ownOptions = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      name.startsWith('VOLVOX_') && value !== undefined ? [[name, value]] : [],
    ),
  );
