import { fromJson } from '../../../database/json-column.ts';
import type { RouterContent, RouterDefinition } from '../../../objects/definitions.ts';
import type { FixedIp } from '../../../objects/network.ts';
import type { DirectoryReader } from '../../directory.ts';
import type { RoutersTable } from '../../schema/routers.ts';
import { ledThroughRouters } from '../floating-of-routers.ts';
import { EVERYTHING } from '../listing.ts';
import { networkOnHosts } from '../network-on-hosts.ts';
import { listNetworks } from '../networks.ts';
import { limitsOfPolicies } from '../qos-rules.ts';
import { subnetsOf } from '../subnets.ts';
import { cellsNeedingNetworks, cellsNeedingRouters } from './cells-of-networks.ts';
import { type Needed, neededBy } from './needed.ts';
import { subnetsValidOutside } from './subnets-valid-outside.ts';

const EVERYONE = { projectId: '', isAdmin: true };

/**
 * Those that a cell needs. The revision is read before the subnets and limits, so that these are never older than it says.
 */
export async function neededNetworks(read: DirectoryReader, ids: readonly string[]): Promise<readonly Needed[]> {
  const cells = await cellsNeedingNetworks(read, ids);
  const needed = ids.filter((id) => (cells.get(id) ?? []).length > 0);
  if (needed.length === 0) return [];
  const networks = await listNetworks(read, EVERYONE, {
    ...EVERYTHING,
    filters: [{ member: 'id', anyOf: needed }],
  });
  const subnets = Map.groupBy(await subnetsOf(read, needed), ({ networkId }) => networkId);
  const limits = await limitsOfPolicies(
    read,
    networks.flatMap(({ qosPolicyId }) => qosPolicyId ?? []),
  );
  const definitions = networks.map((network) => ({
    kind: 'network' as const,
    id: network.id,
    generation: network.revision,
    network: networkOnHosts(network, subnets.get(network.id) ?? [], limits.get(network.qosPolicyId ?? '')),
  }));
  return neededBy(cells, definitions);
}

/** Those that a cell needs. */
export async function neededRouters(read: DirectoryReader, ids: readonly string[]): Promise<readonly Needed[]> {
  const cells = await cellsNeedingRouters(read, ids);
  return neededBy(cells, await routerDefinitions(read, [...cells.keys()]));
}

/** Those that there are of these, by id. The generation is read before the rest, so that this is never older than it says. */
export async function routerDefinitions(
  read: DirectoryReader,
  ids: readonly string[],
): Promise<readonly RouterDefinition[]> {
  if (ids.length === 0) return [];
  const routers = await read
    .selectFrom('routers')
    .select(['id', 'generation', 'admin_state_up', 'gateway_network_id', 'gateway_port_id', 'enable_snat', 'routes'])
    .where('id', 'in', [...ids])
    .orderBy('id')
    .execute();
  const interfaces = await interfacesOf(read, ids);
  const gateways = await addressesOf(
    read,
    routers.flatMap(({ gateway_port_id }) => gateway_port_id ?? []),
  );
  const led = await ledThroughRouters(
    read,
    routers.map(({ id }) => id),
  );
  const contents = routers.map((router) => ({
    kind: 'router' as const,
    id: router.id,
    generation: router.generation,
    enabled: router.admin_state_up === 1,
    interfaces: interfaces.get(router.id) ?? [],
    gateway: gatewayOf(router, gateways),
    routes: fromJson<RouterContent['routes']>(router.routes),
    floating: led.floating.get(router.id) ?? [],
    forwardings: led.forwardings.get(router.id) ?? [],
  }));
  const outside = await subnetsValidOutside(read, contents);
  return contents.map((one) => {
    const own = outside.get(one.id) ?? [];
    return own.length === 0 ? one : { ...one, outsideSubnets: [...own] };
  });
}

/** @param addresses by port; a gateway whose port is switched off leads nowhere. */
function gatewayOf(
  router: Pick<RoutersTable, 'gateway_network_id' | 'gateway_port_id' | 'enable_snat'>,
  addresses: ReadonlyMap<string, readonly FixedIp[]>,
): RouterContent['gateway'] {
  const own = addresses.get(router.gateway_port_id ?? '');
  if (router.gateway_network_id === null || own === undefined) return null;
  return { networkId: router.gateway_network_id, addresses: [...own], snat: router.enable_snat === 1 };
}

type Interface = RouterContent['interfaces'][number];

/** Those whose ports are switched on. */
async function interfacesOf(
  read: DirectoryReader,
  routerIds: readonly string[],
): Promise<ReadonlyMap<string, Interface[]>> {
  const rows = await read
    .selectFrom('router_interfaces')
    .innerJoin('ports', 'ports.id', 'router_interfaces.port_id')
    .select(['router_interfaces.router_id', 'ports.id', 'ports.network_id', 'ports.mac', 'ports.fixed_ips'])
    .where('router_interfaces.router_id', 'in', [...routerIds])
    .where('ports.admin_state_up', '=', 1)
    .orderBy('ports.id')
    .execute();
  const byRouter = Map.groupBy(rows, ({ router_id }) => router_id);
  return new Map(
    [...byRouter].map(([router, own]) => [
      router,
      own.map(({ id, network_id, mac, fixed_ips }) => ({
        ...{ portId: id, networkId: network_id, mac, addresses: fromJson<FixedIp[]>(fixed_ips) },
      })),
    ]),
  );
}

/** Of ports that are switched on. */
async function addressesOf(
  read: DirectoryReader,
  portIds: readonly string[],
): Promise<ReadonlyMap<string, readonly FixedIp[]>> {
  if (portIds.length === 0) return new Map();
  const rows = await read
    .selectFrom('ports')
    .select(['id', 'fixed_ips'])
    .where('id', 'in', [...portIds])
    .where('admin_state_up', '=', 1)
    .execute();
  return new Map(rows.map(({ id, fixed_ips }) => [id, fromJson<FixedIp[]>(fixed_ips)]));
}
