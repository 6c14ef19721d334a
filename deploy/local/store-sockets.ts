import { MAX_SOCKET_PATH } from '#platform/config/common-sections.ts';
import type { Home } from './home.ts';

/** How the processes of a region reach its databases and Redis: by socket files, or by TLS on loopback, as on other machines. */
export const STORE_WAYS = ['socket', 'tcp'] as const;
export type StoreWay = (typeof STORE_WAYS)[number];

/** Of every store, in its data folder, which only the region's user can enter. */
export const SOCKET_FILE = 'server.sock';

/**
 * The option `socket` of processes that use a store; empty: they reach it by TCP, also where the path of the home is too long for a socket.
 * `owner`: `global`, or the name of a cell.
 */
export function socketOption(home: Home, way: StoreWay, owner: string, store: 'mariadb' | 'redis'): string {
  const path = home.data(owner, store, SOCKET_FILE);
  return way === 'tcp' || Buffer.byteLength(path) > MAX_SOCKET_PATH ? '' : path;
}
