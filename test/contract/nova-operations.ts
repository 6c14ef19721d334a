import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { NEWEST_MINOR } from '../../api/compute/microversions.ts';

/** An operation of Nova: a route, or one action of a route with actions. */
export interface NovaOperation {
  /** `POST /servers/{id}/action os-start` */
  readonly label: string;
  readonly method: string;
  /** With `{id}` for what varies. */
  readonly path: string;
  readonly action: string | null;
  /** The microversions that have it: minors, both included. */
  readonly lowest: number;
  readonly highest: number;
  /** The statuses that Nova declares for it; other ones may come from what is in front of it (400, 401, 403). */
  readonly statuses: ReadonlySet<number>;
}

interface Declared {
  readonly success: number;
  readonly errors: readonly { readonly codes: readonly number[] }[];
  readonly versions: readonly [string, string | null] | null;
}
interface RoutesFile {
  readonly routes: readonly {
    readonly method: string;
    readonly path: string;
    readonly variants: readonly Declared[];
  }[];
  readonly actions: readonly (Declared & { readonly path: string; readonly action: string })[];
}

/** Null where the data is not there: it is no part of the repository. */
export function loadOperations(folder: string): readonly NovaOperation[] | null {
  const file = join(folder, 'routes.json');
  if (!existsSync(file)) return null;
  const { routes, actions } = JSON.parse(readFileSync(file, 'utf8')) as RoutesFile;
  return [
    ...routes
      .filter(({ method, path }) => !(method === 'POST' && path.endsWith('/action')))
      .flatMap(({ method, path, variants }) => variants.map((one) => operation(method, path, null, one))),
    ...actions.map((one) => operation('POST', one.path, one.action, one)),
  ];
}

function operation(method: string, path: string, action: string | null, declared: Declared): NovaOperation {
  const [lowest, highest] = declared.versions ?? [null, null];
  return {
    label: `${method} ${path}${action === null ? '' : ` ${action}`}`,
    method,
    path,
    action,
    lowest: Math.max(1, lowest === null ? 1 : minorOf(lowest)),
    highest: highest === null ? NEWEST_MINOR : Math.min(NEWEST_MINOR, minorOf(highest)),
    statuses: new Set([declared.success, ...declared.errors.flatMap(({ codes }) => codes)]),
  };
}

/** The last microversion of the older proxies, by the name that Nova's code has for it. */
const MAX_PROXY = 'MAX_PROXY_API_SUPPORT_VERSION';
const minorOf = (version: string): number => (version === MAX_PROXY ? 35 : Number(version.split('.')[1]));
