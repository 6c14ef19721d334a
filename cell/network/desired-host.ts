import type { AddressPair, DhcpOption } from '#platform/objects/definitions.ts';
import { isDhcpOption, isDhcpValue } from '#platform/objects/dhcp-options.ts';
import { notDnsName } from '#platform/objects/dns-name.ts';
import type { Network, Subnet } from '#platform/objects/network.ts';
import type { DesiredBinding } from '#platform/objects/port-binding.ts';
import type { TrafficLimits } from '#platform/objects/traffic-limits.ts';
import { canonical, destination, prefixLength } from './addresses.ts';
import { allowedPairs } from './allowed-pairs.ts';
import { type DesiredGroups, desiredGroups } from './desired-groups.ts';
import { type DesiredRouter, desiredRouters } from './desired-routers.ts';
import { type DesiredTraffic, desiredTraffic, hasRules } from './desired-traffic.ts';
import { dhcpName } from './dhcp-name.ts';
import type { KnownDefinitions, KnownPort, KnownRouter } from './known-definitions.ts';
import { bridgeName, fingerprint, gatewayMac, reachMac, segmentName, tapName } from './names.ts';
import type { NetworkRouting } from './network-routing.ts';
import { type WayIn, waysIn } from './ways-in.ts';

/** Raised when the same network is built differently from before, so that a running host takes over the new way. */
const FORM = 11;
/** The same for DHCP servers alone. 1: options of ports. */
const DHCP_FORM = 1;
export const METADATA_ADDRESS = '169.254.169.254';
/** On every network, as Neutron has it. */
export const METADATA_ADDRESS_6 = 'fe80::a9fe:a9fe';

export interface DesiredPort {
  readonly tap: string;
  readonly mac: string;
  /** Sorted, in the kernel's form. */
  readonly addresses: readonly { readonly subnetId: string; readonly address: string }[];
  /** For DHCP. */
  readonly hostname: string;
  /** What else it may send, sorted, in the kernel's form. Left out: nothing. */
  readonly pairs?: readonly AddressPair[];
  /** What its DHCP client is told besides. Left out: nothing. */
  readonly dhcpOptions?: readonly DhcpOption[];
  /** It passes nothing. Left out: false. */
  readonly disabled?: boolean;
  /** Of a subport: on which tap its frames come, and their tag. Left out: it is a tap itself. */
  readonly vlan?: { readonly tap: string; readonly id: number };
  /** Left out: unlimited. */
  readonly traffic?: DesiredTraffic;
}

export interface DesiredNetwork {
  readonly networkId: string;
  readonly bridge: string;
  /** A small number of its own on this host: it chooses the addresses of the network's transits. */
  readonly slot: number;
  /** Of its gateway. */
  readonly mac: string;
  /** From which routed packets come to its guests. */
  readonly reachMac: string;
  readonly mtu: number;
  /** false: its bridge is down, and passes nothing. */
  readonly up: boolean;
  /** Of its gateway device, `10.0.0.1/24`, sorted. */
  readonly addresses: readonly string[];
  /** Of the routes in its namespace, sorted. */
  readonly destinations: readonly string[];
  /** Fingerprint of all that its namespace is made from. */
  readonly form: string;
  readonly segment: { readonly device: string; readonly type: 'vlan' | 'vxlan'; readonly id: number } | null;
  /** Its guests reach the outside. */
  readonly outside: boolean;
  /** What DHCP says of the domain; null: nothing. */
  readonly dnsDomain: string | null;
  readonly subnets: readonly Subnet[];
  readonly ports: readonly DesiredPort[];
  /** The kernel shows the frames of its bridge to the rules of groups. */
  readonly tracked: boolean;
  /** null: no router is joined to it. */
  readonly routing: NetworkRouting | null;
  /** null: no subnet of it wants DHCP, or it has no port here. */
  readonly dhcp: { readonly service: string; readonly hosts: string } | null;
}

export interface DesiredHost {
  readonly networks: readonly DesiredNetwork[];
  readonly routers: readonly DesiredRouter[];
  /** Of all routers, and of guests that are reached from outside by their own addresses; sorted. */
  readonly floating: readonly WayIn[];
  /** Definitions were heard of. Otherwise the routers that stand are left alone, and what networks have of them. */
  readonly definitionsKnown: boolean;
  readonly firewall: string;
  /** null: the host does not enforce security groups. */
  readonly groups: DesiredGroups | null;
  /** The fingerprint of the limits that rules enforce; null: no port has any. */
  readonly limits: string | null;
  /** null: nobody to serve. */
  readonly metadata: string | null;
  /** Taps that are known to be unwanted. */
  readonly goneTaps: ReadonlySet<string>;
  /** The conductor has sent the whole desired state of this host: anything else is a leftover, and the agent removes it. */
  readonly complete: boolean;
}

export interface HostFacts {
  readonly hostName: string;
  readonly slotOf: (networkId: string) => number;
  readonly routerSlotOf: (routerId: string) => number;
  /** Whether such a network can be built here. */
  readonly canBuild: (network: Network) => boolean;
  readonly hasUplink: boolean;
  /** Ranges that guests must not reach, in addition to those that no guest ever reaches. */
  readonly blockedRanges: readonly string[];
  /** How many connections of one guest its host keeps open; 0: any number. */
  readonly connectionsPerGuest: number;
  /** Whether networks with a segment are carried to other hosts. */
  readonly carries: (network: Network) => boolean;
  readonly enforcesGroups: boolean;
  readonly definitions: KnownDefinitions;
  /** `definitions` have been heard of. */
  readonly definitionsKnown: boolean;
  readonly goneTaps: ReadonlySet<string>;
  readonly complete: boolean;
}

/** What a host should look like, from the bindings that should be present on it, in the order in which they came to be known. */
export function desiredHost(bindings: readonly DesiredBinding[], facts: HostFacts): DesiredHost {
  const byNetwork = Map.groupBy(bindings, (binding) => binding.network.id);
  const { all, known } = neededNetworks(byNetwork, facts);
  const isLocal = new Set(bindings.map(({ port }) => port.id));
  const { routers, routingOf } = desiredRouters(known, all, { ...facts, isLocal: (portId) => isLocal.has(portId) });
  const networks = [...all.values()]
    .map((network) => desiredNetwork(network, byNetwork.get(network.id) ?? [], routingOf(network.id), facts))
    .sort((a, b) => a.slot - b.slot);
  const groups = facts.enforcesGroups ? desiredGroups(bindings, facts.definitions, facts.definitionsKnown) : null;
  return {
    floating: waysIn(routers, networks, facts.blockedRanges),
    ...{ networks, routers, groups, definitionsKnown: facts.definitionsKnown },
    firewall: fingerprint([
      FORM,
      facts.hasUplink,
      networks.map(({ bridge, slot, mac, addresses, outside, segment, ports, routing }) => [
        [bridge, slot, mac, addresses, outside, segment, routing?.behindGuests.ranges ?? []],
        ports.map((port) => [port.tap, port.mac, port.addresses, port.pairs, port.disabled]),
      ]),
      ...(groups === null ? [] : [groups.sum]),
    ]),
    limits: limitsOf(networks),
    metadata:
      networks.length === 0 ? null : fingerprint([FORM, networks.map(({ slot, networkId }) => [slot, networkId])]),
    goneTaps: facts.goneTaps,
    complete: facts.complete,
  };
}

function limitsOf(networks: readonly DesiredNetwork[]): string | null {
  const limited = networks
    .flatMap(({ ports }) => ports)
    .flatMap(({ tap, traffic }) =>
      traffic !== undefined && hasRules(traffic) ? [[tap, { ...traffic, shape: null }]] : [],
    );
  return limited.length === 0 ? null : fingerprint([FORM, limited]);
}

/** Networks of the bindings, and those that a router joins to them. Of a network its definition is newer than any binding; without one the newest binding knows it best. */
function neededNetworks(
  byNetwork: ReadonlyMap<string, readonly DesiredBinding[]>,
  { definitions, canBuild }: HostFacts,
): { readonly all: ReadonlyMap<string, Network>; readonly known: readonly KnownRouter[] } {
  const all = new Map<string, Network>();
  const known = new Map<string, KnownRouter>();
  for (const [id, members] of byNetwork) {
    const network = definitions.networkOf(id) ?? members.at(-1)?.network;
    if (network !== undefined) all.set(id, network);
    for (const router of definitions.routersOf(id)) known.set(router.id, router);
  }
  for (const { enabled, interfaces } of known.values()) {
    for (const { networkId } of enabled ? interfaces : []) {
      const network = all.has(networkId) ? null : definitions.networkOf(networkId);
      if (network !== null && canBuild(network)) all.set(networkId, network);
    }
  }
  return { all, known: [...known.values()] };
}

function desiredNetwork(
  network: Network,
  members: readonly DesiredBinding[],
  routing: NetworkRouting | null,
  facts: HostFacts,
): DesiredNetwork {
  const subnets = [...network.subnets].sort((a, b) => a.id.localeCompare(b.id));
  // Two guests of an instance on one host share a port.
  const ports = [
    ...new Map(
      members.map((member) => [
        member.port.id,
        desiredPort(member, facts.definitions.portOf(member.port.id), network.limits),
      ]),
    ).values(),
  ].sort((a, b) => a.tap.localeCompare(b.tap));
  const outside = network.external && facts.hasUplink;
  const addresses = [...new Set([...subnets.flatMap(ownAddresses), ...(routing?.addresses ?? [])])];
  if (subnets.some(({ ipVersion }) => ipVersion === 4)) addresses.push(`${METADATA_ADDRESS}/32`);
  const destinations = subnets.map(({ cidr }) => destination(cidr));
  if (outside) destinations.push('default');
  addresses.sort();
  destinations.sort();
  const carried = network.segmentType !== 'flat' && network.segmentId !== null && facts.carries(network);
  const slot = facts.slotOf(network.id);
  const mac = gatewayMac(network.id);
  const { mtu } = network;
  return {
    networkId: network.id,
    bridge: bridgeName(network.id),
    ...{ slot, mac, mtu, addresses, destinations },
    up: network.adminStateUp ?? true,
    reachMac: reachMac(network.id, facts.hostName),
    form: fingerprint([
      ...[FORM, slot, mac, mtu, addresses, destinations, outside],
      ...[facts.blockedRanges, facts.connectionsPerGuest],
      ...(routing === null ? [] : [routing]),
    ]),
    segment: carried
      ? {
          device: segmentName(network.id),
          type: network.segmentType as 'vlan' | 'vxlan',
          id: network.segmentId as number,
        }
      : null,
    outside,
    tracked: facts.enforcesGroups,
    dnsDomain: servedDomain(network),
    subnets,
    ports,
    routing,
    dhcp: ports.length === 0 ? null : desiredDhcp(network, subnets, ports),
  };
}

function desiredPort(
  binding: DesiredBinding,
  known: KnownPort | null,
  ofNetwork: TrafficLimits | undefined,
): DesiredPort {
  const traffic = desiredTraffic(known?.limits ?? ofNetwork, binding.limits);
  const pairs = allowedPairs(known?.pairs ?? [], binding.port.mac);
  const dhcpOptions = servedOptions(known?.dhcpOptions ?? []);
  return {
    tap: tapName(binding.port.id),
    mac: binding.port.mac,
    addresses: binding.port.fixedIps
      .map(({ subnetId, address }) => ({ subnetId, address: canonical(address) }))
      .sort((a, b) => a.address.localeCompare(b.address)),
    hostname: dhcpName(known?.dnsName ?? binding.hostname, binding.instanceUuid),
    ...(pairs.length === 0 ? {} : { pairs }),
    ...(dhcpOptions.length === 0 ? {} : { dhcpOptions }),
    ...(known?.disabled === true ? { disabled: true } : {}),
    ...(binding.parent === undefined
      ? {}
      : { vlan: { tap: tapName(binding.parent.portId), id: binding.parent.segmentationId } }),
    ...(traffic === null ? {} : { traffic }),
  };
}

/** The API checks it too. */
function servedDomain({ dnsDomain }: Network): string | null {
  return dnsDomain === undefined || notDnsName(dnsDomain) !== null ? null : dnsDomain;
}

/** The API checks them too. What dnsmasq could take for more than a value never gets to it. */
const servedOptions = (options: readonly DhcpOption[]): readonly DhcpOption[] =>
  options
    .filter(({ name, value, version }) => isDhcpOption(name, version) && isDhcpValue(value))
    .sort((a, b) => a.version - b.version || a.name.localeCompare(b.name));

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
    service: fingerprint([
      ...[FORM, DHCP_FORM, network.id, network.mtu, served],
      ...(network.dnsDomain === undefined ? [] : [network.dnsDomain]),
    ]),
    hosts: fingerprint(
      ports.map(({ mac, addresses, hostname, dhcpOptions }) => [mac, addresses, hostname, dhcpOptions]),
    ),
  };
}
