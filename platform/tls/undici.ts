import { createRequire } from 'node:module';
import type * as Undici from 'undici';

/**
 * The part of undici that we use. Its index also loads fetch, caches, proxies and mocks, which is 7 MiB more in each process. The paths are those
 * of the version in package.json.
 */
const load = createRequire(import.meta.url);

export const Dispatcher: typeof Undici.Dispatcher = load('undici/lib/dispatcher/dispatcher.js');
export const Pool: typeof Undici.Pool = load('undici/lib/dispatcher/pool.js');
export const Agent: typeof Undici.Agent = load('undici/lib/dispatcher/agent.js');
// As its index does: the methods of every dispatcher.
Object.assign(Dispatcher.prototype, load('undici/lib/api/index.js'));

type Through<Options> = Omit<Options, 'origin' | 'path'> & { readonly dispatcher: Undici.Dispatcher };

/** A request to this URL. @throws what the connection or the signal says. */
export function request(
  url: URL | string,
  { dispatcher, ...options }: Through<Partial<Undici.Dispatcher.RequestOptions>>,
): Promise<Undici.Dispatcher.ResponseData> {
  return dispatcher.request({ method: 'GET', ...options, ...placeOf(url) });
}

/** A connection to this URL that changes its protocol. @throws what the connection says. */
export function upgrade(
  url: URL | string,
  { dispatcher, ...options }: Through<Undici.Dispatcher.UpgradeOptions>,
): Promise<Undici.Dispatcher.UpgradeData> {
  return dispatcher.upgrade({ ...options, ...placeOf(url) });
}

function placeOf(url: URL | string): { readonly origin: string; readonly path: string } {
  const { origin, pathname, search } = new URL(url);
  return { origin, path: `${pathname}${search}` };
}
