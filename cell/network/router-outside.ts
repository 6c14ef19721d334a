import { isWithin, versionOf } from './addresses.ts';
import { NO_DESTINATIONS, type RouterFacts } from './joined-routers.ts';
import type { KnownRouter } from './known-definitions.ts';
import { tapName } from './names.ts';

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

export function routerOutside(
  { gateway, floating, forwardings }: KnownRouter,
  { isLocal, blockedRanges }: RouterFacts,
): RouterOutside {
  // Whatever an operator of the outside has allowed: the host answers for no address of its own world.
  const isOutside = (one: string): boolean =>
    ![...NO_DESTINATIONS, ...blockedRanges].some((range) => isWithin(range, one));
  const address = gateway?.addresses.find((one) => versionOf(one.address) === 4)?.address ?? null;
  return {
    snat: gateway?.snat === true,
    address,
    floating: floating
      .filter(({ portId, address: led }) => isLocal(portId) && isOutside(led))
      .map(({ address: led, fixedAddress, portId }) => ({ address: led, fixedAddress, tap: tapName(portId) }))
      .sort((a, b) => a.address.localeCompare(b.address)),
    forwardings: localForwardings(
      forwardings.filter((one) => isOutside(one.address)),
      isLocal,
    ),
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
export function floatingWays(
  routers: readonly { readonly slot: number; readonly outside: RouterOutside | null }[],
): readonly FloatingWay[] {
  const ways = new Map<string, FloatingWay>();
  for (const { slot, outside } of routers) {
    for (const { address, tap } of [...(outside?.floating ?? []), ...(outside?.forwardings ?? [])])
      if (!ways.has(address)) ways.set(address, { address, slot, tap });
  }
  return [...ways.values()].sort((a, b) => a.address.localeCompare(b.address));
}
