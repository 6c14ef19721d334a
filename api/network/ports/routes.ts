import type { DirectoryTx } from '#platform/directory/directory.ts';
import { getHome } from '#platform/directory/stores/homes/get-homes.ts';
import { requireNetworkQuota } from '#platform/directory/stores/network-quotas.ts';
import { domainsOfNetworks, getNetwork, type NetworkRecord } from '#platform/directory/stores/networks.ts';
import { addressConditions } from '#platform/directory/stores/port-addresses.ts';
import {
  deletePorts,
  getPort,
  listPorts,
  lockPort,
  type PortRecord,
  updatePort,
} from '#platform/directory/stores/ports.ts';
import { onNetworksWith, policiesOfNetworks } from '#platform/directory/stores/qos-users.ts';
import { lockServerOf, recordPorts } from '#platform/directory/stores/server-of-port.ts';
import { changedMeanwhile } from '#platform/errors/changed-meanwhile.ts';
import { timestamp } from '#platform/time/clock.ts';
import { askForPorts, tellPorts } from '../../compute/servers/tell-ports.ts';
import type { ApiDeps } from '../../deps.ts';
import { authorizeOwner } from '../../http/policy.ts';
import { type ApiRequest, type Route, route } from '../../http/route.ts';
import { requiredRevision } from '../if-match.ts';
import { deleteRoute, listRoute, nounOf, showRoute } from '../noun-routes.ts';
import { conflicting, ownerOf } from '../policy.ts';
import { keepChosenPolicy, requireMayReplace } from '../qos/chosen-policy.ts';
import { type Created, readCreate } from '../request-types.ts';
import { followSwitchOfPort, lockRouterOf } from '../routers/router-port.ts';
import { requireNoTrunk, trunkDetailsOf } from '../trunks/trunk-details.ts';
import { carrierOf, lockParent } from '../trunks/with-server.ts';
import { addressFilters } from './address-filters.ts';
import { isPlugged, isSubport, requireOwn } from './is-plugged.ts';
import { authorizePort, CREATE_PORT, CREATE_WITH, DELETE_PORT, GET_PORT, UPDATE_PORT, UPDATE_WITH } from './policy.ts';
import {
  createPortBody,
  createPortResponse,
  listPortsQuery,
  listPortsResponse,
  type NewPort,
  PORT_ATTRIBUTES,
  type PortUpdate,
  showPortResponse,
  updatePortBody,
} from './schema.ts';
import { portView } from './view.ts';
import { changePort, createPort } from './write-port.ts';

/** Ports: `GET`, `POST`, `PUT`, `DELETE` under `/v2.0/ports`. */
export function portRoutes(
  deps: Pick<ApiDeps, 'directory' | 'clock' | 'cells' | 'caches' | 'sightings'>,
): readonly Route[] {
  const { directory, clock } = deps;
  const views = async (rows: readonly PortRecord[], { caller }: Pick<ApiRequest, 'caller'>) => {
    const ids = rows.map(({ id }) => id);
    const networkIds = rows.map(({ networkId }) => networkId);
    const [trunks, policies, domains] = await Promise.all([
      trunkDetailsOf(directory.read, ids),
      policiesOfNetworks(directory.read, networkIds),
      domainsOfNetworks(directory.read, networkIds),
    ]);
    return rows.map((row) => {
      const { id, networkId } = row;
      const ofNetwork = { policyId: policies.get(networkId) ?? null, domain: domains.get(networkId) ?? '' };
      // A trunk belongs to the project of its parent, which may be another one than that of the network.
      const isOwn = caller.isAdmin || row.projectId === caller.projectId;
      return portView(row, ofNetwork, caller, isOwn ? trunks.get(id) : undefined);
    });
  };
  const noun = nounOf({
    one: 'port',
    many: 'ports',
    path: 'ports',
    policy: GET_PORT,
    attributes: PORT_ATTRIBUTES,
    query: listPortsQuery,
    responses: { list: listPortsResponse, show: showPortResponse },
    list: ({ caller, query }, listing) =>
      listPorts(directory.read, caller, listing, [
        ...addressConditions(addressFilters(query.fixed_ips ?? [])),
        ...onNetworksWith(query.qos_network_policy_id ?? []),
      ]),
    get: (caller, id) => getPort(directory.read, caller, id),
    views,
  });
  return [
    listRoute(noun, 'Lists ports.'),
    route<Created<NewPort>>({
      method: 'POST',
      path: '/v2.0/ports',
      summary: 'Creates a port, or several.',
      policy: CREATE_PORT,
      authorizes: 'handler',
      body: createPortBody,
      status: 201,
      response: createPortResponse,
      handle: async ({ body, caller }) => {
        const { items, answer } = readCreate(body, 'port', 'ports');
        const requested: { given: NewPort; network: NetworkRecord; projectId: string }[] = [];
        for (const given of items) {
          const network = await getNetwork(directory.read, caller, given.network_id);
          const projectId = ownerOf(CREATE_PORT, caller, given);
          authorizePort(CREATE_WITH, caller, network, given);
          requested.push({ given, network, projectId });
        }
        const owners = requested.map(({ projectId }) => projectId);
        const rows = await directory.transaction(async (tx) => {
          await requireNetworkQuota(tx, 'port', owners);
          const made: PortRecord[] = [];
          for (const { given } of requested) await keepChosenPolicy(tx, caller, given);
          for (const { given, network, projectId } of requested) {
            made.push(await createPort(tx, network, given, projectId, timestamp(clock.now())));
          }
          return made;
        });
        return answer(await views(rows, { caller }));
      },
    }),
    showRoute(noun, 'Shows a port.'),
    route<PortUpdate>({
      method: 'PUT',
      path: '/v2.0/ports/:id',
      summary: 'Updates a port. A port that a server uses keeps its MAC.',
      policy: UPDATE_PORT,
      authorizes: 'handler',
      body: updatePortBody,
      response: showPortResponse,
      handle: async ({ body: { port: given }, caller, requestId, headers, params: { id = '' } }) => {
        const checkRevision = requiredRevision(headers);
        const seen = authorizeOwner(UPDATE_PORT, caller, await getPort(directory.read, caller, id));
        const carrier = await carrierOf(directory.read, seen);
        const isOfServer = isPlugged(carrier.deviceOwner) && changesBinding(seen, given);
        if (isOfServer) await askForPorts(deps, { caller, requestId }, carrier.deviceId);
        const told = await directory.transaction(async (tx) => {
          await keepChosenPolicy(tx, caller, given);
          const hasServer = isOfServer && (await lockServerOf(tx, carrier));
          const router = await lockRouterOf(tx, caller, id);
          const parent = carrier.id === seen.id ? null : await lockParent(tx, carrier);
          const row = authorizeOwner(UPDATE_PORT, caller, await lockPort(tx, caller, id));
          if (row.deviceId !== seen.deviceId) throw changedMeanwhile(`Port ${id}`);
          authorizePort(UPDATE_WITH, caller, await getNetwork(tx, caller, row.networkId), given);
          checkRevision(row);
          await requireMayReplace(tx, caller, row.qosPolicyId, given.qos_policy_id);
          await changePort(tx, row, given, timestamp(clock.now()));
          if (given.admin_state_up !== undefined) await followSwitchOfPort(tx, router, row);
          if (parent !== null && hasServer) await updatePort(tx, parent, { updatedAt: timestamp(clock.now()) });
          return hasServer ? await recordPorts(tx, carrier.deviceId, clock.now()) : null;
        });
        if (told !== null) await tellPorts(deps, { caller, requestId }, told);
        const [view] = await views([await getPort(directory.read, caller, id)], { caller });
        return { port: view };
      },
    }),
    deleteRoute(noun, {
      summary: 'Deletes a port that no server uses.',
      policy: DELETE_PORT,
      directory,
      lock: lockPort,
      remove: async (tx, row, caller) => {
        if (isPlugged(row.deviceOwner) && !(caller.isAdmin && (await hasNoServer(tx, row)))) {
          throw conflicting(`Port ${row.id} cannot be deleted: server ${row.deviceId} uses it.`, 'PortInUse');
        }
        requireOwn(row);
        await requireNoTrunk(tx, row);
        await deletePorts(tx, [row.id]);
      },
    }),
  ];
}

/** Whether the host of the port has to hear of the change from the cell of its server. */
const changesBinding = ({ deviceOwner }: PortRecord, given: PortUpdate['port']): boolean =>
  (given.fixed_ips ?? given.security_groups ?? (isSubport(deviceOwner) ? given.mac_address : undefined)) !== undefined;

/** The label of a server's port without its server: nothing that ends a server would end it, so an admin does. */
async function hasNoServer(tx: DirectoryTx, port: PortRecord): Promise<boolean> {
  const home = await getHome(tx, port.deviceId);
  return home === null || home.state === 'deleted';
}
