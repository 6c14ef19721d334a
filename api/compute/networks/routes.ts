import type { ApiDeps } from '../../deps.ts';
import { ignoredQuery } from '../../http/parameter-types.ts';
import { type Route, route } from '../../http/route.ts';
import { PROXIES_UNTIL } from '../proxies.ts';
import { NETWORKS_LIST, NETWORKS_SHOW, TENANT_NETWORKS_LIST, TENANT_NETWORKS_SHOW } from './policy.ts';
import { networkResponse, networksResponse, tenantNetworkResponse, tenantNetworksResponse } from './schema.ts';
import { networkView, tenantNetworkView } from './view.ts';
import { findNetwork, visibleNetworks } from './visible-networks.ts';

const SHARED = { method: 'GET', until: PROXIES_UNTIL, query: ignoredQuery } as const;

/** Networks as clients of the time before the Network API read them. What wrote to them is gone (`gone/routes.ts`). */
export function networkProxyRoutes(deps: Pick<ApiDeps, 'directory'>): readonly Route[] {
  return [
    route({
      ...SHARED,
      path: '/os-networks',
      summary: 'Lists the networks that the project can use.',
      policy: NETWORKS_LIST,
      response: networksResponse,
      handle: async ({ caller }) => ({
        networks: (await visibleNetworks(deps, caller)).map((network) => networkView(network, caller.isAdmin)),
      }),
    }),
    route({
      ...SHARED,
      path: '/os-networks/:id',
      summary: 'Shows a network.',
      policy: NETWORKS_SHOW,
      response: networkResponse,
      handle: async (request) => ({
        network: networkView(await findNetwork(deps, request), request.caller.isAdmin),
      }),
    }),
    route({
      ...SHARED,
      path: '/os-tenant-networks',
      summary: 'Lists the networks that the project can use, in short.',
      policy: TENANT_NETWORKS_LIST,
      response: tenantNetworksResponse,
      handle: async ({ caller }) => ({ networks: (await visibleNetworks(deps, caller)).map(tenantNetworkView) }),
    }),
    route({
      ...SHARED,
      path: '/os-tenant-networks/:id',
      summary: 'Shows a network, in short.',
      policy: TENANT_NETWORKS_SHOW,
      response: tenantNetworkResponse,
      handle: async (request) => ({ network: tenantNetworkView(await findNetwork(deps, request)) }),
    }),
  ];
}
