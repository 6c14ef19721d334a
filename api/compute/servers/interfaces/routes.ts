import { findSecurityGroups } from '#platform/directory/stores/security-groups.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Instance } from '#platform/objects/instance.ts';
import type { ApiDeps } from '../../../deps.ts';
import { noQuery } from '../../../http/parameter-types.ts';
import { authorizeOwner, type Policy } from '../../../http/policy.ts';
import { type ApiRequest, type Route, route } from '../../../http/route.ts';
import { groupsResponse } from '../../security-groups/schema.ts';
import { groupViews } from '../../security-groups/view.ts';
import { findInstance } from '../find-server.ts';
import * as policies from '../policy.ts';
import { addresses } from '../show/addresses.ts';
import { withFloatingAddresses } from '../show/floating-addresses.ts';
import { interfaceChangeRoutes } from './change-routes.ts';
import { interfaceView } from './interface-view.ts';
import { portsUntilFree } from './ports-until-free.ts';
import { addressesResponse, interfaceResponse, interfacesResponse, networkAddressesResponse } from './schema.ts';

/** The addresses, ports and security groups of a server. */
export function interfaceRoutes(deps: ApiDeps): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/servers/:id/ips',
      query: noQuery,
      summary: 'Lists the addresses of a server by network.',
      policy: policies.IPS_LIST,
      authorizes: 'handler',
      response: addressesResponse,
      handle: async (request) => ({ addresses: await addressesOf(deps, request, policies.IPS_LIST) }),
    }),
    route({
      method: 'GET',
      path: '/servers/:id/ips/:network',
      query: noQuery,
      summary: 'Lists the addresses of a server on one network.',
      policy: policies.IPS_SHOW,
      authorizes: 'handler',
      response: networkAddressesResponse,
      handle: async (request) => {
        const name = request.params.network ?? '';
        const byNetwork = new Map(Object.entries(await addressesOf(deps, request, policies.IPS_SHOW)));
        const list = byNetwork.get(name);
        if (list === undefined)
          throw new VolvoxError(
            'not-found',
            `Instance is not a member of specified network: ${request.params.network}`,
          );
        return { [name]: list };
      },
    }),
    route({
      method: 'GET',
      path: '/servers/:id/os-interface',
      query: noQuery,
      summary: 'Lists the ports of a server.',
      policy: policies.INTERFACES_LIST,
      authorizes: 'handler',
      response: interfacesResponse,
      handle: async (request) => {
        const ports = await portsUntilFree(deps, await authorizedInstance(deps, request, policies.INTERFACES_LIST));
        return { interfaceAttachments: ports.map((port) => interfaceView(port, request)) };
      },
    }),
    route({
      method: 'GET',
      path: '/servers/:id/os-interface/:port',
      query: noQuery,
      summary: 'Shows a port of a server.',
      policy: policies.INTERFACES_SHOW,
      authorizes: 'handler',
      response: interfaceResponse,
      handle: async (request) => {
        const instance = await authorizedInstance(deps, request, policies.INTERFACES_SHOW);
        const port = (await portsUntilFree(deps, instance)).find(({ id }) => id === request.params.port);
        if (port === undefined) {
          throw new VolvoxError(
            'not-found',
            `Instance ${instance.uuid} does not have a port with id ${request.params.port}`,
          );
        }
        return { interfaceAttachment: interfaceView(port, request) };
      },
    }),
    ...interfaceChangeRoutes(deps),
    route({
      method: 'GET',
      path: '/servers/:id/os-security-groups',
      query: noQuery,
      summary: 'Lists the security groups of a server.',
      policy: policies.SECURITY_GROUPS_LIST,
      authorizes: 'handler',
      response: groupsResponse,
      handle: async (request) => ({ security_groups: await securityGroups(deps, request) }),
    }),
  ];
}

async function authorizedInstance(deps: ApiDeps, request: ApiRequest, policy: Policy): Promise<Instance> {
  const instance = authorizeOwner(policy, request.caller, await findInstance(deps, request, request.params.id ?? ''));
  return instance;
}

/** Fixed and floating ones. */
async function addressesOf(deps: ApiDeps, request: ApiRequest, policy: Policy): Promise<ReturnType<typeof addresses>> {
  const instance = await authorizedInstance(deps, request, policy);
  const [addressed = instance] = await withFloatingAddresses(deps, [instance]);
  return addresses(addressed);
}

/** The groups of all its ports, by name, as the list of the project's groups shows them. */
async function securityGroups(deps: ApiDeps, request: ApiRequest): Promise<readonly unknown[]> {
  const { read } = deps.directory;
  const instance = await authorizedInstance(deps, request, policies.SECURITY_GROUPS_LIST);
  const ids = instance.securityGroups.map(({ id }) => id);
  const groups = [...(await findSecurityGroups(read, ids)).values()];
  return groupViews(
    read,
    groups.sort((one, other) => (one.name < other.name ? -1 : 1)),
  );
}
