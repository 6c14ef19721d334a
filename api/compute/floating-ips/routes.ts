import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { ApiDeps } from '../../deps.ts';
import { always } from '../../http/by-version.ts';
import { ignoredQuery } from '../../http/parameter-types.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { visibleNetworks } from '../networks/visible-networks.ts';
import { PROXIES_UNTIL } from '../proxies.ts';
import * as policies from './policy.ts';
import { createFloatingIpBody, floatingIpResponse, floatingIpsResponse, poolsResponse } from './schema.ts';

/** The pool of a request that names none, as in Nova's configuration. */
const DEFAULT_POOL = 'nova';

/**
 * Floating addresses as clients of the time before the Network API used them. The Network API has none yet, so every pool is exhausted, and no
 * address is found. A pool is an external network.
 */
export function floatingIpRoutes(deps: Pick<ApiDeps, 'directory'>): readonly Route[] {
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
      summary: 'Lists the floating addresses of the project: there are none.',
      policy: policies.FLOATING_IPS_LIST,
      query: ignoredQuery,
      response: floatingIpsResponse,
      handle: () => ({ floating_ips: [] }),
    }),
    route<{ readonly pool?: string | null } | null>({
      method: 'POST',
      path: '/os-floating-ips',
      until: PROXIES_UNTIL,
      summary: 'Allocates a floating address: every pool is exhausted, 404.',
      policy: policies.FLOATING_IPS_CREATE,
      query: ignoredQuery,
      body: createFloatingIpBody,
      response: floatingIpResponse,
      handle: async ({ body, caller }) => {
        const pool = body?.pool ?? DEFAULT_POOL;
        const pools = await visibleNetworks(deps, caller, { external: true });
        if (!pools.some(({ id, name }) => id === pool || name === pool)) {
          throw new VolvoxError('not-found', `Floating IP pool not found. This region offers no floating addresses.`);
        }
        throw new VolvoxError(
          'not-found',
          `No more floating IPs in pool ${pool}. This region offers no floating addresses.`,
        );
      },
    }),
    route({
      method: 'GET',
      path: '/os-floating-ips/:id',
      until: PROXIES_UNTIL,
      summary: 'Shows a floating address: there are none, 404.',
      policy: policies.FLOATING_IPS_SHOW,
      query: ignoredQuery,
      response: floatingIpResponse,
      handle: floatingIpNotFound,
    }),
    route({
      method: 'DELETE',
      path: '/os-floating-ips/:id',
      until: PROXIES_UNTIL,
      status: 202,
      summary: 'Releases a floating address: there are none, 404.',
      policy: policies.FLOATING_IPS_DELETE,
      query: ignoredQuery,
      response: always('empty'),
      handle: floatingIpNotFound,
    }),
  ];
}

function floatingIpNotFound({ params: { id } }: ApiRequest): never {
  throw new VolvoxError('not-found', `Floating IP not found for ID ${id}`);
}
