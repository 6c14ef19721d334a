import type { Network, Subnet } from '#platform/objects/network.ts';
import {
  canonical,
  destination,
  isWithin,
  networkAddress,
  prefixLength,
  rangeOf,
  versionOf,
  widest,
} from './addresses.ts';
import type { KnownRouter } from './known-definitions.ts';
import { bridgeName, fingerprint, routerLegName, routerPart, routerTransitName, tapName } from './names.ts';

/** Raised when the same router is built differently from before, so that a running host takes over the new way. */
const FORM = 1;

/** Both ends of the transit between a router and a network. They are the only addresses of it: nothing there depends on what tenants choose. */
export const ROUTER_END = 'fe80::1';
export const NETWORK_END = 'fe80::2';
/** In a network's namespace: what comes from a router is routed by this table. */
export const REACH_TABLE = 200;
export const REACH_DEVICE = 'reach';

/** A router on this host. Routes are written as `ip route` takes and as `drivers/linux/route-text.ts` reads them. */
export interface DesiredRouter {
  readonly routerId: string;
  /** 11 characters of its id, in names. */
  readonly part: string;
  /** A small number of its own on this host: it chooses the addresses of its transit to the outside. */
  readonly slot: number;
  /** One for each of its networks, by bridge. */
  readonly legs: readonly RouterLeg[];
  /** Of its interfaces, without lengths, sorted. */
  readonly addresses: readonly string[];
  /** What is behind it on the inside: ranges, none within another. */
  readonly inside: readonly string[];
  /** In its namespace, sorted. */
  readonly routes: readonly string[];
  /** null: it leads nowhere outside. */
  readonly outside: RouterOutside | null;
  /** Fingerprint of all that it is made from. */
  readonly form: string;
}

export interface RouterLeg {
  readonly bridge: string;
  /** Of the transit, in the router's namespace. */
  readonly device: string;
  /** Ranges from which the network may send into the router. */
  readonly sources: readonly string[];
  /** In the network's namespace, by the transit; sorted. */
  readonly routes: readonly string[];
}

/** The router's way to the uplink. */
export interface RouterOutside {
  /** Guests without a floating address reach the outside, too. */
  readonly snat: boolean;
  /** Of its gateway, IPv4: the sender of what a guest sends to a floating address of the same host. */
  readonly address: string | null;
  /** Floating addresses of ports on this host, by address. */
  readonly floating: readonly { readonly address: string; readonly fixedAddress: string; readonly tap: string }[];
  /** To ports on this host, of floating addresses which are here. */
  readonly forwardings: readonly PortForwarding[];
}

interface PortForwarding {
  readonly address: string;
  readonly tap: string;
  readonly protocol: 'tcp' | 'udp';
  /** Both ranges have as many ports. */
  readonly ports: readonly [number, number];
  readonly fixedAddress: string;
  readonly fixedPorts: readonly [number, number];
}

/** A floating address that this host answers for, and the slot of the router to which it leads. */
export interface FloatingWay {
  readonly address: string;
  readonly slot: number;
  /** Of the port to which it leads. */
  readonly tap: string;
}

/** What a network's namespace has on account of the routers that it is joined to. */
export interface NetworkRouting {
  /** Of the interfaces of its routers, `10.0.0.1/24`: addresses of the gateway device. */
  readonly addresses: readonly string[];
  /** One for each router, by device. */
  readonly ways: readonly RouterWay[];
  /** Ranges that routers reach through this network's guests, with its own subnets. None within another. */
  readonly onLink: readonly string[];
  /** Ranges behind its own guests, and who may send there. */
  readonly behindGuests: { readonly ranges: readonly string[]; readonly sources: readonly string[] };
  /** By `reach`, sorted. Those by a transit are the router's (`RouterLeg`). */
  readonly routes: readonly string[];
}

interface RouterWay {
  readonly device: string;
  readonly sources: readonly string[];
  /** Ranges behind the router, seen from this network. None within another. */
  readonly behind: readonly string[];
  /** The network's default route leads there. */
  readonly isDefault: boolean;
}

interface RouterFacts {
  readonly routerSlotOf: (routerId: string) => number;
  readonly hasUplink: boolean;
  readonly connectionsPerGuest: number;
  readonly blockedRanges: readonly string[];
  /** Whether the host has a binding of the port. */
  readonly isLocal: (portId: string) => boolean;
}

/** Loopback, multicast, reserved and link-local addresses: they are not routed, whatever an extra route says. */
const NO_DESTINATIONS = ['127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '::1/128', 'fe80::/10', 'ff00::/8'];

interface JoinedSubnet {
  readonly cidr: string;
  /** Of the router there. */
  readonly address: string;
  readonly gatewayIp: string | null;
}

interface JoinedNetwork {
  readonly network: Network;
  readonly subnets: readonly JoinedSubnet[];
  /** Extra routes whose next hop is on this network. */
  readonly extra: readonly { readonly range: string; readonly nexthop: string }[];
}

interface JoinedRouter {
  readonly router: KnownRouter;
  readonly part: string;
  readonly networks: readonly JoinedNetwork[];
  readonly leadsOutside: boolean;
}

/**
 * The routers of a host, and what its networks have of them. `networks` are all that the host builds; an interface in another one is as if
 * it were not there. A router that is switched off is none. Pure.
 */
export function desiredRouters(
  known: readonly KnownRouter[],
  networks: ReadonlyMap<string, Network>,
  facts: RouterFacts,
): { readonly routers: readonly DesiredRouter[]; readonly routingOf: (networkId: string) => NetworkRouting | null } {
  const joined = known
    .filter(({ enabled }) => enabled)
    .map((router) => join(router, networks, facts))
    .filter((one) => one.networks.length > 0)
    .sort((a, b) => a.router.id.localeCompare(b.router.id));
  const routings = new Map(
    [...networks.values()].flatMap((network) => {
      const routers = joined.filter((one) => one.networks.some((leg) => leg.network.id === network.id));
      return routers.length === 0 ? [] : [[network.id, routingOf(network, routers, facts)] as const];
    }),
  );
  return {
    routers: joined.map((one) => desiredRouter(one, routings, facts)),
    routingOf: (networkId) => routings.get(networkId)?.routing ?? null,
  };
}

function join(router: KnownRouter, networks: ReadonlyMap<string, Network>, facts: RouterFacts): JoinedRouter {
  const legs = new Map<string, { network: Network; subnets: JoinedSubnet[] }>();
  for (const { networkId, addresses } of router.interfaces) {
    const network = networks.get(networkId);
    for (const { subnetId, address } of addresses) {
      const subnet = network?.subnets.find(({ id }) => id === subnetId);
      if (network === undefined || subnet === undefined) continue;
      const leg = legs.get(networkId) ?? { network, subnets: [] };
      leg.subnets.push(joinedSubnet(subnet, address));
      legs.set(networkId, leg);
    }
  }
  return {
    router,
    part: routerPart(router.id),
    networks: [...legs.values()]
      .sort((a, b) => a.network.id.localeCompare(b.network.id))
      .map((leg) => ({
        ...leg,
        extra: router.routes
          .filter(({ nexthop }) => leg.subnets.some(({ cidr }) => isWithin(cidr, nexthop)))
          .filter(({ destination: to }) => !NO_DESTINATIONS.some((range) => isWithin(range, networkAddress(to))))
          .map((route) => ({ range: rangeOf(route.destination), nexthop: canonical(route.nexthop) })),
      })),
    leadsOutside: router.gateway !== null && facts.hasUplink,
  };
}

const joinedSubnet = ({ cidr, gatewayIp }: Subnet, address: string): JoinedSubnet => ({
  cidr: rangeOf(cidr),
  address: canonical(address),
  gatewayIp: gatewayIp === null ? null : canonical(gatewayIp),
});

const rangesOf = ({ subnets, extra }: JoinedNetwork): readonly string[] => [
  ...subnets.map(({ cidr }) => cidr),
  ...extra.map(({ range }) => range),
];

const nextHop = (range: string, end: string): string => (versionOf(range) === 4 ? `inet6 ${end}` : end);

/** The router's address there, which names the sender of its errors. */
const sourceFor = (range: string, { subnets }: JoinedNetwork): string | undefined =>
  subnets.find(({ address }) => versionOf(address) === versionOf(range))?.address;

interface Routing {
  readonly routing: NetworkRouting;
  /** By the device of the transit. */
  readonly routes: ReadonlyMap<string, readonly string[]>;
}

/** Of two ways to a range, a subnet comes before an extra route, and that before the way outside; then the first router by id counts. */
function routingOf(network: Network, routers: readonly JoinedRouter[], facts: RouterFacts): Routing {
  const taken = new Set(network.subnets.map(({ cidr }) => rangeOf(cidr)));
  const routes = new Map<string, string[]>(routers.map(({ part }) => [routerTransitName(part), []]));
  const byReach: string[] = [];
  const legs = routers.map((one) => ({
    ...one,
    device: routerTransitName(one.part),
    leg: one.networks.find((leg) => leg.network.id === network.id) as JoinedNetwork,
    others: one.networks.filter((leg) => leg.network.id !== network.id),
  }));
  const add = (device: string, leg: JoinedNetwork, range: string): boolean => {
    const source = sourceFor(range, leg);
    if (source === undefined || taken.has(range)) return false;
    taken.add(range);
    routes.get(device)?.push(`${destination(range)} via ${nextHop(range, ROUTER_END)} dev ${device} src ${source}`);
    return true;
  };
  for (const { device, leg, others } of legs)
    for (const { cidr } of others.flatMap(({ subnets }) => subnets)) add(device, leg, cidr);

  const behindGuests: string[] = [];
  const reached = new Set<string>();
  const ownAddresses = new Map(legs.flatMap(({ leg, device }) => leg.subnets.map((one) => [one.address, device])));
  const toReach = (range: string, text: string): void => {
    if (reached.has(range)) return;
    reached.add(range);
    byReach.push(`${destination(range)}${text} table ${REACH_TABLE}`);
  };
  for (const { cidr } of network.subnets) toReach(rangeOf(cidr), ` dev ${REACH_DEVICE}`);
  const gateways = new Set(
    network.subnets.flatMap(({ gatewayIp, serviceIp }) =>
      [gatewayIp, serviceIp].filter((one) => one !== null).map(canonical),
    ),
  );
  for (const { device, leg } of legs) {
    for (const { range, nexthop } of leg.extra) {
      const other = ownAddresses.get(nexthop);
      // The next hop is a router too: it is on this host.
      if (other !== undefined) {
        if (other === device || reached.has(range)) continue;
        reached.add(range);
        routes
          .get(other)
          ?.push(`${destination(range)} via ${nextHop(range, ROUTER_END)} dev ${other} table ${REACH_TABLE}`);
        continue;
      }
      // Nobody is behind the namespace itself.
      if (gateways.has(nexthop)) continue;
      // The kernel asks for a way to a next hop of IPv6 by its own device.
      const way = `${nexthop} dev ${REACH_DEVICE}`;
      if (versionOf(nexthop) === 6 && !byReach.includes(way)) byReach.push(way);
      const text = ` via ${nexthop} dev ${REACH_DEVICE} onlink`;
      toReach(range, text);
      behindGuests.push(range);
      if (taken.has(range)) continue;
      taken.add(range);
      byReach.push(`${destination(range)}${text}`);
    }
  }
  for (const { device, leg, others } of legs)
    for (const { range } of others.flatMap(({ extra }) => extra)) add(device, leg, range);

  const ownWay = network.external && facts.hasUplink;
  const defaults = new Set<string>();
  for (const { device, leg, leadsOutside } of legs) {
    const isGateway = leg.subnets.some(({ address, gatewayIp }) => versionOf(address) === 4 && address === gatewayIp);
    if (leadsOutside && isGateway && !ownWay && add(device, leg, '0.0.0.0/0')) defaults.add(device);
  }
  return {
    routes,
    routing: {
      addresses: legs.flatMap(({ leg }) => leg.subnets.map(({ cidr, address }) => `${address}/${prefixLength(cidr)}`)),
      ways: legs.map(({ device, leg, others }) => ({
        device,
        sources: widest(rangesOf(leg)),
        behind: widest(others.flatMap(rangesOf)),
        isDefault: defaults.has(device),
      })),
      onLink: widest([...network.subnets.map(({ cidr }) => cidr), ...legs.flatMap(({ leg }) => rangesOf(leg))]),
      behindGuests: {
        ranges: widest(behindGuests),
        sources: widest(legs.flatMap(({ leg }) => leg.subnets.map(({ cidr }) => cidr))),
      },
      routes: byReach.sort(),
    },
  };
}

function desiredRouter(
  { router, part, networks, leadsOutside }: JoinedRouter,
  routings: ReadonlyMap<string, Routing>,
  facts: RouterFacts,
): DesiredRouter {
  const slot = facts.routerSlotOf(router.id);
  const legs = networks.map((leg) => ({
    bridge: bridgeName(leg.network.id),
    device: routerLegName(bridgeName(leg.network.id)),
    sources: widest(rangesOf(leg)),
    routes: [...(routings.get(leg.network.id)?.routes.get(routerTransitName(part)) ?? [])].sort(),
  }));
  const routes = new Map<string, string>();
  const add = (range: string, leg: JoinedNetwork): void => {
    const source = sourceFor(range, leg);
    if (source === undefined || routes.has(range)) return;
    const device = routerLegName(bridgeName(leg.network.id));
    routes.set(range, `${destination(range)} via ${nextHop(range, NETWORK_END)} dev ${device} src ${source}`);
  };
  for (const leg of networks) for (const { cidr } of leg.subnets) add(cidr, leg);
  for (const leg of networks) for (const { range } of leg.extra) add(range, leg);
  const content = {
    ...{ routerId: router.id, part, slot, legs },
    addresses: [...new Set(networks.flatMap(({ subnets }) => subnets.map(({ address }) => address)))].sort(),
    inside: widest(networks.flatMap(rangesOf)),
    routes: [...routes.values()].sort(),
    outside: leadsOutside ? routerOutside(router, facts) : null,
  };
  return { ...content, form: fingerprint([FORM, content, facts.blockedRanges, facts.connectionsPerGuest]) };
}

function routerOutside({ gateway, floating, forwardings }: KnownRouter, { isLocal }: RouterFacts): RouterOutside {
  const address = gateway?.addresses.find((one) => versionOf(one.address) === 4)?.address ?? null;
  return {
    snat: gateway?.snat === true,
    address,
    floating: floating
      .filter(({ portId }) => isLocal(portId))
      .map(({ address: led, fixedAddress, portId }) => ({ address: led, fixedAddress, tap: tapName(portId) }))
      .sort((a, b) => a.address.localeCompare(b.address)),
    forwardings: localForwardings(forwardings, isLocal),
  };
}

/** An address is on one host: that of the port of its first forwarding by id. Its forwardings to ports on other hosts lead nowhere. */
function localForwardings(
  forwardings: KnownRouter['forwardings'],
  isLocal: RouterFacts['isLocal'],
): readonly PortForwarding[] {
  const byAddress = Map.groupBy(
    [...forwardings].sort((a, b) => a.id.localeCompare(b.id)),
    ({ address }) => address,
  );
  return [...byAddress.values()]
    .filter(([first]) => first !== undefined && isLocal(first.portId))
    .flatMap((list) => list.filter(({ portId }) => isLocal(portId)))
    .map(({ address, portId, protocol, portMin, portMax, fixedAddress, fixedPortMin, fixedPortMax }) => ({
      ...{ address, protocol, fixedAddress, tap: tapName(portId) },
      ports: [portMin, portMax],
      fixedPorts: [fixedPortMin, fixedPortMax],
    }));
}

/** Each address once, sorted. Pure. */
export function floatingWays(routers: readonly DesiredRouter[]): readonly FloatingWay[] {
  const ways = new Map<string, FloatingWay>();
  for (const { slot, outside } of routers) {
    for (const { address, tap } of [...(outside?.floating ?? []), ...(outside?.forwardings ?? [])])
      if (!ways.has(address)) ways.set(address, { address, slot, tap });
  }
  return [...ways.values()].sort((a, b) => a.address.localeCompare(b.address));
}
