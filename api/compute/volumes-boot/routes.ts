import type { ApiDeps } from '../../deps.ts';
import type { Route } from '../../http/route.ts';
import { actionRouteOfServers } from '../servers/actions/index.ts';

/** Gone with 2.103. */
const UNTIL = 102;
const SERVERS = '/servers';
const ALIAS = '/os-volumes_boot';

const PATHS: readonly string[] = [SERVERS, `${SERVERS}/detail`, `${SERVERS}/:id`];
/** The actions that the alias had. */
const ACTIONS: readonly string[] = [
  ...['confirmResize', 'revertResize', 'reboot', 'resize', 'rebuild', 'createImage', 'os-start', 'os-stop'],
  'trigger_crash_dump',
];

/**
 * `/os-volumes_boot`, the other name of `/servers` from the time when servers that boot from volumes were made there. Links lead to `/servers`, as
 * in Nova. @param servers the routes below `/servers`.
 */
export function volumesBootRoutes(deps: ApiDeps, servers: readonly Route[]): readonly Route[] {
  const ended = <O extends Route | NonNullable<Route['actions']>[number]>(operation: O): O => ({
    ...operation,
    until: Math.min(UNTIL, operation.until ?? UNTIL),
    summary: `${operation.summary} The other name of ${SERVERS}, until 2.${UNTIL}.`,
  });
  const actions = servers.flatMap((route) => (route.path === `${SERVERS}/:id/action` ? (route.actions ?? []) : []));
  return [
    ...servers
      .filter(({ path }) => PATHS.includes(path))
      .map((route) => ended({ ...route, path: route.path.replace(SERVERS, ALIAS) })),
    actionRouteOfServers(deps, `${ALIAS}/:id/action`, actions.filter(({ name }) => ACTIONS.includes(name)).map(ended)),
  ];
}
