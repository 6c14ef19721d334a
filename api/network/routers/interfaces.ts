import { randomUUID } from 'node:crypto';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import { insertAllocations } from '#platform/directory/stores/allocations.ts';
import { getNetwork, lockNetworks, type NetworkViewer } from '#platform/directory/stores/networks.ts';
import { deletePorts, lockPort, type PortRecord, updatePort } from '#platform/directory/stores/ports.ts';
import {
  deleteInterface,
  insertInterface,
  interfacesOfRouters,
  type RouterRecord,
} from '#platform/directory/stores/routers.ts';
import { getSubnet, subnetsOf } from '#platform/directory/stores/subnets.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { conflicting, invalidInput } from '../policy.ts';
import { requireNoTrunk } from '../trunks/trunk-details.ts';
import { connectedSubnets, portsById, requireDistinct } from './connected-subnets.ts';
import { routeInto } from './extra-routes.ts';
import { requireInterfaceUnused } from './floating-needs.ts';
import { INTERFACE_OWNER, insertRouterPort, statusOf } from './router-port.ts';
import type { GivenInterface } from './schema.ts';

const badRequest = (why: string): VolvoxError => invalidInput(`Bad router request: ${why}.`, 'BadRequest');

/**
 * Joins a router, which the transaction has locked, with a subnet (by the subnet's gateway address) or by a port.
 * @throws VolvoxError invalid when the subnet has no gateway, is another project's, or overlaps with one that the router reaches; conflict
 * when the address or the port is in use; not-found for what the viewer may not know of.
 */
export async function addInterface(
  tx: DirectoryTx,
  viewer: NetworkViewer,
  router: RouterRecord,
  given: GivenInterface,
  now: string,
): Promise<PortRecord> {
  requireNamed(given);
  if (given.subnet_id !== undefined && given.port_id !== undefined)
    throw badRequest('Cannot specify both subnet-id and port-id');
  const port =
    given.port_id === undefined
      ? await makePort(tx, viewer, router, given.subnet_id ?? '', now)
      : await usePort(tx, viewer, router, given.port_id, now);
  await insertInterface(tx, { portId: port.id, routerId: router.id, networkId: port.networkId });
  return port;
}

function requireNamed({ subnet_id, port_id }: GivenInterface): void {
  if (subnet_id === undefined && port_id === undefined)
    throw badRequest('Either subnet_id or port_id must be specified');
}

async function makePort(
  tx: DirectoryTx,
  viewer: NetworkViewer,
  router: RouterRecord,
  subnetId: string,
  now: string,
): Promise<PortRecord> {
  const { networkId } = await getSubnet(tx, viewer, subnetId);
  await lockNetworks(tx, [networkId]);
  const subnet = await getSubnet(tx, viewer, subnetId);
  if (subnet.gatewayIp === null) throw badRequest('Subnet for router interface must have a gateway IP');
  await requireOwn(tx, viewer, 'subnet', subnetId, networkId);
  const { subnets, external } = await connectedSubnets(tx, router);
  requireDistinct([subnet], [...subnets, ...external]);
  const id = randomUUID();
  const fixedIp = { subnetId, address: subnet.gatewayIp };
  await insertAllocations(tx, [{ portId: id, version: subnet.ipVersion, fixedIp }]);
  const { projectId } = router;
  const port = { id, networkId, projectId, router, owner: INTERFACE_OWNER, fixedIps: [fixedIp] } as const;
  return insertRouterPort(tx, port, now);
}

/**
 * A router gets what the guests of its networks send to its other networks, whatever next hop they name. So on a network that all projects see
 * it is the owner's to join: somebody else would take over ranges of everybody there.
 */
async function requireOwn(
  tx: DirectoryTx,
  viewer: NetworkViewer,
  what: 'subnet' | 'network',
  id: string,
  networkId = id,
) {
  if (viewer.isAdmin || (await getNetwork(tx, viewer, networkId)).projectId === viewer.projectId) return;
  throw badRequest(`Cannot add interface to router because ${what} ${id} is not owned by project making the request`);
}

/** The port becomes the router's, and is deleted with its interface. */
async function usePort(
  tx: DirectoryTx,
  viewer: NetworkViewer,
  router: RouterRecord,
  portId: string,
  now: string,
): Promise<PortRecord> {
  const port = await lockPort(tx, viewer, portId);
  if (port.projectId !== router.projectId && !viewer.isAdmin)
    throw badRequest(`Port ${portId} is not a port of the router's project`);
  await requireOwn(tx, viewer, 'network', port.networkId);
  if (port.deviceId !== '')
    throw conflicting(
      `Unable to complete operation on port ${portId} for network ${port.networkId}. Port already has an attached device ${port.deviceId}.`,
      'PortInUse',
    );
  await requireNoTrunk(tx, port);
  if (port.fixedIps.length === 0) throw badRequest('Router port must have at least one fixed IP');
  const ids = new Set(port.fixedIps.map(({ subnetId }) => subnetId));
  const joined = (await subnetsOf(tx, [port.networkId])).filter(({ id }) => ids.has(id));
  if (joined.filter(({ ipVersion }) => ipVersion === 4).length > 1)
    throw badRequest('Cannot have multiple IPv4 subnets on router port');
  const { subnets, external } = await connectedSubnets(tx, router);
  requireDistinct(joined, [...subnets, ...external]);
  const status = statusOf(router, port);
  const change = {
    ...{ deviceId: router.id, deviceOwner: INTERFACE_OWNER, status, securityGroupIds: [] },
    ...{ portSecurityEnabled: false, addressPairs: [], dhcpOptions: [] },
  };
  await updatePort(tx, port, { ...change, updatedAt: now });
  return { ...port, ...change };
}

/**
 * Takes an interface away, with its port. @throws VolvoxError not-found when the router has no such interface; conflict when an extra route
 * needs it.
 */
export async function removeInterface(
  tx: DirectoryTx,
  router: RouterRecord,
  given: GivenInterface,
): Promise<PortRecord> {
  requireNamed(given);
  const rows = await interfacesOfRouters(tx, [router.id]);
  const ports = await portsById(
    tx,
    rows.map(({ portId }) => portId),
  );
  const isOn = (port: PortRecord) => port.fixedIps.some(({ subnetId }) => subnetId === given.subnet_id);
  const port = ports.find((one) => (given.port_id === undefined ? isOn(one) : one.id === given.port_id));
  if (port === undefined) throw noInterface(router.id, given);
  if (given.subnet_id !== undefined && !isOn(port))
    throw invalidInput(
      `Subnet on port ${port.id} does not match the requested subnet ${given.subnet_id}.`,
      'SubnetMismatchForPort',
    );
  await requireUnrouted(tx, router, port);
  await requireInterfaceUnused(tx, router, port);
  await deleteInterface(tx, port.id);
  await deletePorts(tx, [port.id]);
  return port;
}

function noInterface(routerId: string, { subnet_id, port_id }: GivenInterface): VolvoxError {
  return port_id !== undefined
    ? new VolvoxError('not-found', `Router ${routerId} does not have an interface with id ${port_id}`, {
        details: { type: 'RouterInterfaceNotFound' },
      })
    : new VolvoxError('not-found', `Router ${routerId} has no interface on subnet ${subnet_id}`, {
        details: { type: 'RouterInterfaceNotFoundForSubnet' },
      });
}

async function requireUnrouted(tx: DirectoryTx, router: RouterRecord, port: PortRecord): Promise<void> {
  const ids = new Set(port.fixedIps.map(({ subnetId }) => subnetId));
  const subnets = (await subnetsOf(tx, [port.networkId])).filter(({ id }) => ids.has(id));
  const needed = subnets.find(({ cidr }) => routeInto(router.routes, cidr) !== undefined);
  if (needed === undefined) return;
  throw conflicting(
    `Router interface for subnet ${needed.id} on router ${router.id} cannot be deleted, as it is required by one or more routes.`,
    'RouterInterfaceInUseByRoute',
  );
}
