import type { Network } from '#platform/objects/network.ts';
import type { DesiredBinding } from '#platform/objects/port-binding.ts';
import { networkNamespace } from '../../../deploy/local/network-namespace.ts';
import { hostsOf } from '../../../deploy/local/settings.ts';
import { aGuest } from '../../integration/cell/network/a-guest.ts';
import { aTalker, type Talker } from '../../integration/cell/network/groups/a-talker.ts';
import { newServer } from '../../support/server-calls.ts';
import type { TestRegion, TestRegionSize } from '../../support/test-region.ts';

/**
 * A region whose hosts have real networks and simulated guests: what answers for a guest is a namespace that the test plugs in at the tap of its
 * port.
 */
export const namespaceRegion = (settings: Readonly<Record<string, string>> = {}): TestRegionSize => ({
  ...{ cells: 2, hosts: 2, simulatedHosts: 0 },
  settings: { VOLVOX_COMPUTE_DRIVER: 'fake', VOLVOX_COMPUTE_FAKE_HOSTS: '0', ...settings },
});

/** A host of the region: `cell-1-host`, and the namespace of its bridges. */
export interface ReachHost {
  readonly name: string;
  readonly namespace: string;
}

export const hostsOfRegion = ({ region }: TestRegion): readonly ReachHost[] =>
  region.settings.cells.flatMap(hostsOf).map((host) => ({
    name: `${host.name}-host`,
    namespace: networkNamespace(region.home, host),
  }));

/** A network with a subnet of each version, as the API has made it. */
export interface ReachNetwork extends Network {
  readonly subnets: Network['subnets'];
}

/** `poolOf6`: of which its ranges of IPv6 are. */
export async function makeNetwork(
  { admin }: TestRegion,
  name: string,
  ranges: readonly string[],
  { poolOf6, ...more }: { readonly poolOf6?: string; readonly 'router:external'?: boolean } = {},
): Promise<ReachNetwork> {
  const { network } = (await admin.call('network', 'POST /v2.0/networks', {
    body: { network: { name, ...more } },
  })) as { network: { id: string; mtu: number } };
  const subnets: Network['subnets'] = [];
  for (const cidr of ranges) {
    const ip_version = cidr.includes(':') ? 6 : 4;
    const { subnet } = (await admin.call('network', 'POST /v2.0/subnets', {
      body: {
        subnet: {
          ...{ network_id: network.id, ip_version, cidr },
          ...(ip_version === 6 && poolOf6 !== undefined ? { subnetpool_id: poolOf6 } : {}),
        },
      },
    })) as { subnet: { id: string; gateway_ip: string | null } };
    subnets.push({
      ...{ id: subnet.id, ipVersion: ip_version, cidr, gatewayIp: subnet.gateway_ip, enableDhcp: true },
      ...{ dnsNameservers: [], hostRoutes: [], serviceIp: null },
    });
  }
  const segment = { segmentType: 'vxlan' as const, segmentId: null, external: false };
  return { id: network.id, name, mtu: network.mtu, ...segment, subnets };
}

/** A server with the namespace that answers for it. */
export interface ReachServer extends Talker {
  readonly id: string;
  readonly name: string;
  readonly portId: string;
  readonly host: ReachHost;
  readonly mac: string;
  readonly binding: DesiredBinding;
  readonly addresses: readonly string[];
}

interface NewReachServer {
  readonly name: string;
  readonly host: ReachHost;
  readonly network: ReachNetwork;
  /** Names of security groups. */
  readonly groups: readonly string[];
}

/** Makes a server on a host and waits until it is ACTIVE. @returns what a namespace or a wire needs to answer for it. */
export async function makeServer(region: TestRegion, { name, host, network, groups }: NewReachServer) {
  const { admin } = region;
  const { images } = await admin.call('image', 'GET /v2/images', { query: { name: 'volvox-guest' } });
  const id = await newServer(admin, {
    ...{ name, flavorRef: '1', imageRef: images[0]?.id ?? '', networks: [{ uuid: network.id }] },
    ...{ security_groups: groups.map((one) => ({ name: one })), availability_zone: `nova:${host.name}` },
  });
  await region.untilActive(id);
  const { ports } = await admin.call('network', 'GET /v2.0/ports', { query: { device_id: id } });
  const [port] = ports;
  if (port === undefined) throw new Error(`${name} has no port`);
  const fixedIps = port.fixed_ips.map(({ subnet_id, ip_address }) => ({ subnetId: subnet_id, address: ip_address }));
  const binding: DesiredBinding = {
    ...{
      bindingId: port.id,
      hostName: host.name,
      guestId: id,
      instanceUuid: id,
      epoch: 1,
      generation: 1,
      present: true,
    },
    port: {
      ...{ id: port.id, networkId: network.id, mac: port.mac_address, fixedIps: [...fixedIps], tag: null },
      ...{ preserveOnDelete: false, securityGroupIds: [...port.security_groups] },
    },
    ...{ network, hostname: name },
  };
  return {
    id,
    name,
    host,
    binding,
    portId: port.id,
    mac: port.mac_address,
    addresses: fixedIps.map(({ address }) => address),
  };
}

/** A server that talks. */
export async function aServer(region: TestRegion, given: NewReachServer): Promise<ReachServer> {
  const server = await makeServer(region, given);
  return { ...(await aTalker(server.binding, await aGuest(server.binding, given.host.namespace))), ...server };
}

/** The server with another namespace that answers for it, on the host where it is now. The former one has ended. */
export async function serverAgain(server: ReachServer, host: ReachHost): Promise<ReachServer> {
  const { binding } = server;
  return { ...server, ...(await aTalker(binding, await aGuest(binding, host.namespace))), host };
}
