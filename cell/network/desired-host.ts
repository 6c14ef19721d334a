import type { Network, Subnet } from '#platform/objects/network.ts';
import type { DesiredBinding } from '#platform/objects/port-binding.ts';
import { canonical, destination, prefixLength } from './addresses.ts';
import { dhcpName } from './dhcp-name.ts';
import { bridgeMac, bridgeName, fingerprint, segmentName, tapName } from './names.ts';

/** Raised when the same network is built differently from before, so that a running host takes over the new way. */
const FORM = 4;
export const METADATA_ADDRESS = '169.254.169.254';

export interface DesiredPort {
  readonly tap: string;
  readonly mac: string;
  /** Sorted, in the kernel's form. */
  readonly addresses: readonly { readonly subnetId: string; readonly address: string }[];
  /** For DHCP. */
  readonly hostname: string;
}

export interface DesiredNetwork {
  readonly networkId: string;
  readonly bridge: string;
  /** A small number of its own on this host: its mark, its routing table, its metadata port. */
  readonly slot: number;
  readonly mac: string;
  readonly mtu: number;
  readonly addresses: readonly string[];
  readonly destinations: readonly string[];
  readonly segment: { readonly device: string; readonly type: 'vlan' | 'vxlan'; readonly id: number } | null;
  /** Its guests reach the outside. */
  readonly outside: boolean;
  readonly subnets: readonly Subnet[];
  readonly ports: readonly DesiredPort[];
  /** null: no subnet of it wants DHCP. */
  readonly dhcp: { readonly service: string; readonly hosts: string } | null;
}

export interface DesiredHost {
  readonly networks: readonly DesiredNetwork[];
  readonly firewall: string;
  /** null: nobody to serve. */
  readonly metadata: string | null;
  /** Taps that are known to be unwanted. */
  readonly goneTaps: ReadonlySet<string>;
  /** The conductor has sent the whole desired state of this host: anything else is a leftover, and the agent removes it. */
  readonly complete: boolean;
}

export interface HostFacts {
  readonly slotOf: (networkId: string) => number;
  readonly hasUplink: boolean;
  /** Whether networks with a segment are carried to other hosts. */
  readonly carries: (network: Network) => boolean;
  readonly goneTaps: ReadonlySet<string>;
  readonly complete: boolean;
}

/** What a host should look like, from the bindings that should be present on it, in the order in which they came to be known. */
export function desiredHost(bindings: readonly DesiredBinding[], facts: HostFacts): DesiredHost {
  const byNetwork = Map.groupBy(bindings, (binding) => binding.network.id);
  const networks = [...byNetwork.values()]
    .map((members) => desiredNetwork(members, facts))
    .sort((a, b) => a.slot - b.slot);
  return {
    networks,
    firewall: fingerprint([
      FORM,
      facts.hasUplink,
      networks.map(({ bridge, slot, mac, addresses, outside, segment, ports }) => [
        [bridge, slot, mac, addresses, outside, segment],
        ports.map((port) => [port.tap, port.mac, port.addresses]),
      ]),
    ]),
    metadata:
      networks.length === 0 ? null : fingerprint([FORM, networks.map(({ slot, networkId }) => [slot, networkId])]),
    goneTaps: facts.goneTaps,
    complete: facts.complete,
  };
}

/** The newest binding knows the network best. */
function desiredNetwork(members: readonly DesiredBinding[], facts: HostFacts): DesiredNetwork {
  const network = (members.at(-1) as DesiredBinding).network;
  const subnets = [...network.subnets].sort((a, b) => a.id.localeCompare(b.id));
  // Two guests of an instance on one host share a port.
  const ports = [...new Map(members.map((member) => [member.port.id, desiredPort(member)])).values()].sort((a, b) =>
    a.tap.localeCompare(b.tap),
  );
  const outside = network.external && facts.hasUplink;
  const addresses = subnets.flatMap(ownAddresses);
  if (subnets.some(({ ipVersion }) => ipVersion === 4)) addresses.push(`${METADATA_ADDRESS}/32`);
  const destinations = subnets.map(({ cidr }) => destination(cidr));
  if (outside) destinations.push('default');
  const carried = network.segmentType !== 'flat' && network.segmentId !== null && facts.carries(network);
  return {
    networkId: network.id,
    bridge: bridgeName(network.id),
    slot: facts.slotOf(network.id),
    mac: bridgeMac(network.id),
    mtu: network.mtu,
    addresses: addresses.sort(),
    destinations: destinations.sort(),
    segment: carried
      ? {
          device: segmentName(network.id),
          type: network.segmentType as 'vlan' | 'vxlan',
          id: network.segmentId as number,
        }
      : null,
    outside,
    subnets,
    ports,
    dhcp: desiredDhcp(network, subnets, ports),
  };
}

function desiredPort(binding: DesiredBinding): DesiredPort {
  return {
    tap: tapName(binding.port.id),
    mac: binding.port.mac,
    addresses: binding.port.fixedIps
      .map(({ subnetId, address }) => ({ subnetId, address: canonical(address) }))
      .sort((a, b) => a.address.localeCompare(b.address)),
    hostname: dhcpName(binding.hostname, binding.instanceUuid),
  };
}

/** The host is the gateway of its guests, and answers DHCP and metadata. */
function ownAddresses(subnet: Subnet): string[] {
  const gateways = [subnet.gatewayIp, subnet.serviceIp].filter((address) => address !== null).map(canonical);
  return [...new Set(gateways)].map((address) => `${address}/${prefixLength(subnet.cidr)}`);
}

function desiredDhcp(
  network: Network,
  subnets: readonly Subnet[],
  ports: readonly DesiredPort[],
): DesiredNetwork['dhcp'] {
  const served = subnets.filter(({ enableDhcp }) => enableDhcp);
  if (served.length === 0) return null;
  return {
    service: fingerprint([FORM, network.id, network.mtu, served]),
    hosts: fingerprint(ports.map(({ mac, addresses, hostname }) => [mac, addresses, hostname])),
  };
}
