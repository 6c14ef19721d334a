import type { Network } from '#platform/objects/network.ts';
import { destination, widest } from './addresses.ts';
import {
  type JoinedNetwork,
  type JoinedRouter,
  joinRouter,
  NETWORK_END,
  nextHop,
  ROUTER_END,
  type RouterFacts,
  rangesOf,
  sourceFor,
} from './joined-routers.ts';
import type { KnownRouter } from './known-definitions.ts';
import { bridgeName, fingerprint, OUTSIDE_DEVICE, routerLegName, routerTransitName } from './names.ts';
import { type NetworkRouting, type Routing, routingOf } from './network-routing.ts';
import { type RouterOutside, routerOutside } from './router-outside.ts';

/** Raised when the same router is built differently from before, so that a running host takes over the new way. */
const FORM = 4;

/** A router on this host. Routes are written as `ip route` takes and as `drivers/linux/route-text.ts` reads them. */
export interface DesiredRouter {
  readonly routerId: string;
  /** 11 characters of its id, in names. */
  readonly part: string;
  /** A small number of its own on this host: it chooses the addresses of its transit to the outside. */
  readonly slot: number;
  /** One for each of its networks, by bridge. */
  readonly legs: readonly RouterLeg[];
  /** Of its interfaces, and of its gateway when IPv6 leaves by it; without lengths, sorted. */
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
    .map((router) => joinRouter(router, networks, facts))
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

function desiredRouter(
  { router, part, networks, leadsOutside, outside6 }: JoinedRouter,
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
  if (outside6 !== null && !routes.has('::/0'))
    routes.set('::/0', `::/0 via ${ROUTER_END} dev ${OUTSIDE_DEVICE} src ${outside6.address}`);
  const addresses = networks.flatMap(({ subnets }) => subnets.map(({ address }) => address));
  const content = {
    ...{ routerId: router.id, part, slot, legs },
    addresses: [...new Set([...addresses, ...(outside6 === null ? [] : [outside6.address])])].sort(),
    inside: widest(networks.flatMap(rangesOf)),
    routes: [...routes.values()].sort(),
    outside: leadsOutside ? routerOutside(router, facts, outside6) : null,
  };
  return { ...content, form: fingerprint([FORM, content, facts.blockedRanges, facts.connectionsPerGuest]) };
}
