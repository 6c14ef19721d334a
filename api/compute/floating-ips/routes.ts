import { type FloatingIpRecord, getFloatingIp, lockFloatingIp } from '#platform/directory/stores/floating-ips.ts';
import { isVolvoxError, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import { always } from '../../http/by-version.ts';
import { ignoredQuery } from '../../http/parameter-types.ts';
import { authorizeOwner } from '../../http/policy.ts';
import { type Route, route } from '../../http/route.ts';
import { giveFloatingIpBack } from '../../network/floatingips/change-floating-ip.ts';
import { visibleNetworks } from '../networks/visible-networks.ts';
import { PROXIES_UNTIL } from '../proxies.ts';
import * as policies from './policy.ts';
import { createFloatingIpBody, floatingIpResponse, floatingIpsResponse, poolsResponse } from './schema.ts';
import { takeFromPool } from './take-from-pool.ts';
import { floatingIpViews, ownFloatingIps } from './view.ts';

type Deps = Pick<ApiDeps, 'directory' | 'clock'>;

/** The pool of a request that names none, as in Nova's configuration. */
const DEFAULT_POOL = 'nova';

/** Floating addresses as clients of the time before the Network API used them. A pool is an external network. */
export function floatingIpRoutes(deps: Deps): readonly Route[] {
  const show = async (found: FloatingIpRecord) => {
    const [floating_ip] = await floatingIpViews(deps, [found]);
    return { floating_ip };
  };
  return [
    route({
      method: 'GET',
      path: '/os-floating-ip-pools',
      until: PROXIES_UNTIL,
      summary: 'Lists the pools of floating addresses: the external networks.',
      policy: policies.POOLS_LIST,
      query: ignoredQuery,
      response: poolsResponse,
      handle: async ({ caller }) => ({
        floating_ip_pools: (await visibleNetworks(deps, caller, { external: true })).map(({ name }) => ({ name })),
      }),
    }),
    route({
      method: 'GET',
      path: '/os-floating-ips',
      until: PROXIES_UNTIL,
      summary: 'Lists the floating addresses of the project.',
      policy: policies.FLOATING_IPS_LIST,
      query: ignoredQuery,
      response: floatingIpsResponse,
      handle: async ({ caller }) => ({
        floating_ips: await floatingIpViews(deps, await ownFloatingIps(deps, caller)),
      }),
    }),
    route<{ readonly pool?: string | null } | null>({
      method: 'POST',
      path: '/os-floating-ips',
      until: PROXIES_UNTIL,
      summary: 'Takes a floating address from a pool.',
      policy: policies.FLOATING_IPS_CREATE,
      query: ignoredQuery,
      body: createFloatingIpBody,
      response: floatingIpResponse,
      handle: async ({ body, caller }) => show(await takeFromPool(deps, caller, body?.pool ?? DEFAULT_POOL)),
    }),
    route({
      method: 'GET',
      path: '/os-floating-ips/:id',
      until: PROXIES_UNTIL,
      summary: 'Shows a floating address.',
      policy: policies.FLOATING_IPS_SHOW,
      authorizes: 'handler',
      query: ignoredQuery,
      response: floatingIpResponse,
      handle: async ({ caller, params: { id = '' } }) => {
        const found = await getFloatingIp(deps.directory.read, caller, id).catch(notFoundForId(id));
        return show(authorizeOwner(policies.FLOATING_IPS_SHOW, caller, found));
      },
    }),
    route({
      method: 'DELETE',
      path: '/os-floating-ips/:id',
      until: PROXIES_UNTIL,
      status: 202,
      summary: 'Gives a floating address back.',
      policy: policies.FLOATING_IPS_DELETE,
      authorizes: 'handler',
      query: ignoredQuery,
      response: always('empty'),
      handle: async ({ caller, params: { id = '' } }) => {
        await deps.directory.transaction(async (tx) => {
          const locked = await lockFloatingIp(tx, caller, id).catch(notFoundForId(id));
          await giveFloatingIpBack(tx, authorizeOwner(policies.FLOATING_IPS_DELETE, caller, locked));
        });
      },
    }),
  ];
}

const notFoundForId = (id: string) => (error: unknown) => {
  throw isVolvoxError(error, 'not-found')
    ? new VolvoxError('not-found', `Floating IP not found for ID ${id}`, { cause: error })
    : error;
};
