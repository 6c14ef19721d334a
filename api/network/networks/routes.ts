import { randomUUID } from 'node:crypto';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { scopesOfPools } from '#platform/directory/stores/address-scopes.ts';
import { listFloatingIps } from '#platform/directory/stores/floating-ips.ts';
import { EVERYTHING } from '#platform/directory/stores/listing.ts';
import { requireNetworkQuota } from '#platform/directory/stores/network-quotas.ts';
import {
  deleteNetwork,
  getNetwork,
  insertNetworks,
  listNetworks,
  lockNetwork,
  type NetworkRecord,
  updateNetwork,
} from '#platform/directory/stores/networks.ts';
import { keepDefaultQosPolicy } from '#platform/directory/stores/qos-policies.ts';
import { requireUnused } from '#platform/directory/stores/rbac-objects.ts';
import { EVERY_PROJECT } from '#platform/directory/stores/rbac-policies.ts';
import { isGatewayNetwork } from '#platform/directory/stores/routers.ts';
import { subnetsOf } from '#platform/directory/stores/subnets.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { ApiDeps } from '../../deps.ts';
import { type Authorizing, authorizeOwner } from '../../http/policy.ts';
import { type Route, route } from '../../http/route.ts';
import { readDnsDomain } from '../dns-names.ts';
import { requiredRevision } from '../if-match.ts';
import { deleteRoute, listRoute, nounOf, showRoute } from '../noun-routes.ts';
import { authorizeAttributes, conflicting, ownerOf } from '../policy.ts';
import { keepChosenPolicy, requireMayReplace } from '../qos/chosen-policy.ts';
import { type Created, readCreate } from '../request-types.ts';
import { CREATE_NETWORK, CREATE_WITH, DELETE_NETWORK, GET_NETWORK, UPDATE_NETWORK, UPDATE_WITH } from './policy.ts';
import {
  createNetworkBody,
  createNetworkResponse,
  listNetworksQuery,
  listNetworksResponse,
  NETWORK_ATTRIBUTES,
  type NetworkUpdate,
  type NewNetwork,
  showNetworkResponse,
  updateNetworkBody,
} from './schema.ts';
import { defaultMtu, segmentOf } from './segment.ts';
import { networkView } from './view.ts';

/** Networks: `GET`, `POST`, `PUT`, `DELETE` under `/v2.0/networks`. */
export function networkNounRoutes({ directory, clock }: Pick<ApiDeps, 'directory' | 'clock'>): readonly Route[] {
  const views = async (rows: readonly NetworkRecord[], caller: Authorizing) => {
    const subnets = await subnetsOf(
      directory.read,
      rows.map((row) => row.id),
    );
    const scopes = await scopesOfPools(
      directory.read,
      subnets.flatMap(({ subnetPoolId }) => subnetPoolId ?? []),
    );
    const ofNetwork = Map.groupBy(subnets, ({ networkId }) => networkId);
    return rows.map((row) => networkView(row, ofNetwork.get(row.id) ?? [], scopes, caller));
  };
  const show = async (caller: Authorizing, id: string) => {
    const [network] = await views([await getNetwork(directory.read, caller, id)], caller);
    return { network };
  };
  const noun = nounOf({
    one: 'network',
    many: 'networks',
    path: 'networks',
    policy: GET_NETWORK,
    attributes: NETWORK_ATTRIBUTES,
    query: listNetworksQuery,
    responses: { list: listNetworksResponse, show: showNetworkResponse },
    list: ({ caller }, listing) => listNetworks(directory.read, caller, listing),
    get: (caller, id) => getNetwork(directory.read, caller, id),
    views: (rows, { caller }) => views(rows, caller),
  });

  return [
    listRoute(noun, 'Lists networks.'),
    route<Created<NewNetwork>>({
      method: 'POST',
      path: '/v2.0/networks',
      summary: 'Creates a network, or several.',
      policy: CREATE_NETWORK,
      authorizes: 'handler',
      body: createNetworkBody,
      status: 201,
      response: createNetworkResponse,
      handle: async ({ body, caller }) => {
        const { items, answer } = readCreate(body, 'network', 'networks');
        const rows = items.map((given) => newRow(caller, given, timestamp(clock.now())));
        const owners = rows.map((row) => row.projectId);
        const inserted = await directory.transaction(async (tx) => {
          await requireNetworkQuota(tx, 'network', owners);
          for (const given of items) await keepChosenPolicy(tx, caller, given);
          const policed = [];
          for (const row of rows) {
            policed.push({ ...row, qosPolicyId: row.qosPolicyId ?? (await keepDefaultQosPolicy(tx, row.projectId)) });
          }
          return await insertNetworks(tx, policed);
        });
        return answer(await views(inserted, caller));
      },
    }),
    showRoute(noun, 'Shows a network.'),
    route<NetworkUpdate>({
      method: 'PUT',
      path: '/v2.0/networks/:id',
      summary: 'Changes a network.',
      policy: UPDATE_NETWORK,
      authorizes: 'handler',
      body: updateNetworkBody,
      response: showNetworkResponse,
      handle: async ({ body: { network: given }, caller, headers, params: { id = '' } }) => {
        const checkRevision = requiredRevision(headers);
        await directory.transaction(async (tx) => {
          await keepChosenPolicy(tx, caller, given);
          const row = authorizeOwner(UPDATE_NETWORK, caller, await lockNetwork(tx, caller, id));
          authorizeAttributes(UPDATE_WITH, caller, given);
          checkRevision(row);
          if (row.external && given['router:external'] === false) await requireNotLedOutside(tx, id);
          if (row.shared && given.shared === false) await requireUnused(tx, row.projectId, forEveryProject(id));
          await requireMayReplace(tx, caller, row.qosPolicyId, given.qos_policy_id);
          await updateNetwork(tx, row, {
            ...(given.name === undefined ? {} : { name: given.name }),
            ...(given.description === undefined ? {} : { description: given.description }),
            ...(given.admin_state_up === undefined ? {} : { adminStateUp: given.admin_state_up }),
            ...(given.shared === undefined ? {} : { shared: given.shared }),
            ...(given['router:external'] === undefined ? {} : { external: given['router:external'] }),
            ...(given.mtu === undefined ? {} : { mtu: Number(given.mtu) }),
            ...(given.dns_domain === undefined ? {} : { dnsDomain: readDnsDomain(given.dns_domain) }),
            ...(given.port_security_enabled === undefined ? {} : { portSecurityEnabled: given.port_security_enabled }),
            ...(given.qos_policy_id === undefined ? {} : { qosPolicyId: given.qos_policy_id }),
            updatedAt: timestamp(clock.now()),
          });
        });
        return show(caller, id);
      },
    }),
    deleteRoute<NetworkRecord>(noun, {
      summary: 'Deletes a network that has no ports.',
      policy: DELETE_NETWORK,
      directory,
      lock: lockNetwork,
      remove: (tx, { id }) => deleteNetwork(tx, id),
    }),
  ];
}

const EVERYBODY = { projectId: '', isAdmin: true };

/** The transaction has locked the network, so no router gets a gateway there meanwhile, and nobody a floating address. @throws VolvoxError conflict */
async function requireNotLedOutside(tx: DirectoryTx, id: string): Promise<void> {
  const floating = await listFloatingIps(tx, EVERYBODY, {
    ...EVERYTHING,
    filters: [{ member: 'floatingNetworkId', anyOf: [id] }],
    limit: 1,
  });
  if (floating.length === 0 && !(await isGatewayNetwork(tx, id))) return;
  throw conflicting(
    `External network ${id} cannot be updated to be made non-external, since it has existing gateway ports or floating addresses.`,
    'ExternalNetworkInUse',
  );
}

/** What makes a network shared. */
const forEveryProject = (objectId: string) =>
  ({ objectType: 'network', objectId, action: 'access_as_shared', targetProject: EVERY_PROJECT }) as const;

function newRow(caller: Authorizing, given: NewNetwork, now: string): NetworkRecord {
  authorizeAttributes(CREATE_WITH, caller, given);
  const segment = segmentOf(given);
  return {
    id: randomUUID(),
    projectId: ownerOf(CREATE_NETWORK, caller, given),
    name: given.name ?? '',
    description: given.description ?? '',
    adminStateUp: given.admin_state_up !== false,
    shared: given.shared === true,
    external: given['router:external'] === true,
    mtu: Number(given.mtu ?? defaultMtu(segment.segmentType)),
    ...segment,
    portSecurityEnabled: given.port_security_enabled !== false,
    qosPolicyId: given.qos_policy_id ?? null,
    dnsDomain: readDnsDomain(given.dns_domain ?? ''),
    tags: [],
    createdAt: now,
    updatedAt: now,
    revision: 1,
  };
}
