import type { Network } from '#platform/objects/network.ts';
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
import {
  type JoinedNetwork,
  type JoinedRouter,
  nextHop,
  type Outside6,
  ROUTER_END,
  type RouterFacts,
  rangesOf,
  sourceFor,
} from './joined-routers.ts';
import { routerTransitName } from './names.ts';

/** In a network's namespace: what comes from a router is routed by this table. */
export const REACH_TABLE = 200;
export const REACH_DEVICE = 'reach';

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
  /** 11 characters of its id. */
  readonly router: string;
  readonly sources: readonly string[];
  /** Ranges behind the router, seen from this network. None within another. */
  readonly behind: readonly string[];
  /** The network's default route of IPv4 leads there. */
  readonly isDefault: boolean;
  /** Ranges of IPv6 whose guests reach the outside there. None within another. */
  readonly outside6: readonly string[];
}

export interface Routing {
  readonly routing: NetworkRouting;
  /** By the device of the transit. */
  readonly routes: ReadonlyMap<string, readonly string[]>;
}

/** Of two ways to a range, a subnet comes before an extra route, and that before the way outside; then the first router by id counts. */
export function routingOf(network: Network, routers: readonly JoinedRouter[], facts: RouterFacts): Routing {
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
  for (const { device, leg, leadsOutside, outside6 } of legs) {
    if (leadsOutside && isGateway(leg, 4) && !ownWay && add(device, leg, '0.0.0.0/0')) defaults.add(`${device} 4`);
    const leaving = { ...leg, subnets: subnetsOutside(leg, outside6) };
    if (isGateway(leaving, 6) && add(device, leg, '::/0')) defaults.add(`${device} 6`);
  }
  return {
    routes,
    routing: {
      addresses: legs.flatMap(({ leg }) => leg.subnets.map(({ cidr, address }) => `${address}/${prefixLength(cidr)}`)),
      ways: legs.map(({ device, leg, others, outside6, part }) => ({
        device,
        router: part,
        sources: widest(rangesOf(leg)),
        behind: widest(others.flatMap(rangesOf)),
        isDefault: defaults.has(`${device} 4`),
        outside6: defaults.has(`${device} 6`) ? widest(subnetsOutside(leg, outside6).map(({ cidr }) => cidr)) : [],
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

/** The router has the gateway of a subnet there. */
const isGateway = ({ subnets }: JoinedNetwork, version: 4 | 6): boolean =>
  subnets.some(({ address, gatewayIp }) => versionOf(address) === version && address === gatewayIp);

const subnetsOutside = ({ subnets }: JoinedNetwork, outside: Outside6 | null): JoinedNetwork['subnets'] =>
  subnets.filter(({ cidr }) => outside?.ranges.some((range) => isWithin(range, networkAddress(cidr))) === true);
