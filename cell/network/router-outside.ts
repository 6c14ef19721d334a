import { versionOf } from './addresses.ts';
import { isOutside, type Outside6, type RouterFacts } from './joined-routers.ts';
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
  /** IPv6, which is not translated; null: it does not leave. */
  readonly ipv6: Outside6 | null;
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

export function routerOutside(
  { gateway, floating, forwardings }: KnownRouter,
  { isLocal, blockedRanges }: RouterFacts,
  ipv6: Outside6 | null,
): RouterOutside {
  const address = gateway?.addresses.find((one) => versionOf(one.address) === 4)?.address ?? null;
  return {
    snat: gateway?.snat === true,
    address,
    floating: floating
      .filter(({ portId, address: led }) => isLocal(portId) && isOutside(led, blockedRanges))
      .map(({ address: led, fixedAddress, portId }) => ({ address: led, fixedAddress, tap: tapName(portId) }))
      .sort((a, b) => a.address.localeCompare(b.address)),
    forwardings: localForwardings(
      forwardings.filter((one) => isOutside(one.address, blockedRanges)),
      isLocal,
    ),
    ipv6,
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
