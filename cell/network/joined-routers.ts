import type { Network, Subnet } from '#platform/objects/network.ts';
import { canonical, isWithin, networkAddress, rangeOf, versionOf, widest } from './addresses.ts';
import type { KnownRouter } from './known-definitions.ts';
import { routerPart } from './names.ts';

/** Both ends of the transit between a router and a network. They are the only addresses of it: nothing there depends on what tenants choose. */
export const ROUTER_END = 'fe80::1';
export const NETWORK_END = 'fe80::2';

export interface RouterFacts {
  readonly routerSlotOf: (routerId: string) => number;
  readonly hasUplink: boolean;
  readonly connectionsPerGuest: number;
  readonly blockedRanges: readonly string[];
  /** Whether the host has a binding of the port. */
  readonly isLocal: (portId: string) => boolean;
}

/** Whatever the operator of the outside has allowed: the host answers for no address of its own world. */
export const isOutside = (address: string, blockedRanges: readonly string[]): boolean =>
  ![...NO_DESTINATIONS, '::/96', '::ffff:0:0/96', ...blockedRanges].some((range) => isWithin(range, address));

/** Loopback, multicast, reserved and link-local addresses: they are not routed, whatever an extra route says. */
const NO_DESTINATIONS = ['127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3', '::1/128', 'fe80::/10', 'ff00::/8'];

interface JoinedSubnet {
  readonly id: string;
  readonly cidr: string;
  /** Of the router there. */
  readonly address: string;
  readonly gatewayIp: string | null;
}

export interface JoinedNetwork {
  readonly network: Network;
  readonly subnets: readonly JoinedSubnet[];
  /** Extra routes whose next hop is on this network. */
  readonly extra: readonly { readonly range: string; readonly nexthop: string }[];
}

export interface JoinedRouter {
  readonly router: KnownRouter;
  readonly part: string;
  readonly networks: readonly JoinedNetwork[];
  readonly leadsOutside: boolean;
  /** How IPv6 leaves by it; null: it does not. */
  readonly outside6: Outside6 | null;
}

export interface Outside6 {
  /** The router's own address outside: the sender of its errors. */
  readonly address: string;
  /** Of the guests that go outside with their own addresses. None within another. */
  readonly ranges: readonly string[];
  /** Of the router in these. */
  readonly inside: readonly string[];
}

/** A router with its legs on those of these networks that it reaches. Pure. */
export function joinRouter(
  router: KnownRouter,
  networks: ReadonlyMap<string, Network>,
  facts: RouterFacts,
): JoinedRouter {
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
    outside6: facts.hasUplink
      ? outside6(
          router,
          [...legs.values()].flatMap(({ subnets }) => subnets),
          facts,
        )
      : null,
  };
}

function outside6(
  { gateway, outsideSubnets = [] }: KnownRouter,
  subnets: readonly JoinedSubnet[],
  { blockedRanges }: RouterFacts,
): Outside6 | null {
  const own = gateway?.addresses.map(({ address }) => canonical(address)).find((one) => versionOf(one) === 6);
  const leaving = subnets.filter(({ id, cidr }) => outsideSubnets.includes(id) && versionOf(cidr) === 6);
  if (own === undefined || leaving.length === 0 || !isOutside(own, blockedRanges)) return null;
  return {
    address: own,
    ranges: widest(leaving.map(({ cidr }) => cidr)),
    inside: [...new Set(leaving.map(({ address }) => address))].sort(),
  };
}

const joinedSubnet = ({ id, cidr, gatewayIp }: Subnet, address: string): JoinedSubnet => ({
  id,
  cidr: rangeOf(cidr),
  address: canonical(address),
  gatewayIp: gatewayIp === null ? null : canonical(gatewayIp),
});

/** What is reached by way of the network. */
export const rangesOf = ({ subnets, extra }: JoinedNetwork): readonly string[] => [
  ...subnets.map(({ cidr }) => cidr),
  ...extra.map(({ range }) => range),
];

export const nextHop = (range: string, end: string): string => (versionOf(range) === 4 ? `inet6 ${end}` : end);

/** The router's address there, which names the sender of its errors. */
export const sourceFor = (range: string, { subnets }: JoinedNetwork): string | undefined =>
  subnets.find(({ address }) => versionOf(address) === versionOf(range))?.address;
