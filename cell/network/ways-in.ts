import { isWithin } from './addresses.ts';
import { isOutside } from './joined-routers.ts';
import type { NetworkRouting } from './network-routing.ts';
import type { RouterOutside } from './router-outside.ts';

/** An address that this host answers for outside: a floating one, or a guest's own of IPv6. */
export interface WayIn {
  readonly address: string;
  /** To which it leads: 11 characters of its id. */
  readonly router: string;
  /** Of the port to which it leads. */
  readonly tap: string;
}

interface Joined {
  readonly routing: NetworkRouting | null;
  readonly ports: readonly {
    readonly tap: string;
    readonly addresses: readonly { readonly address: string }[];
    readonly disabled?: boolean;
  }[];
}

/** Of routers and of the guests behind them; each address once, sorted. Pure. */
export function waysIn(
  routers: readonly { readonly part: string; readonly outside: RouterOutside | null }[],
  networks: readonly Joined[],
  blockedRanges: readonly string[],
): readonly WayIn[] {
  const ways = new Map<string, WayIn>();
  const add = (way: WayIn): void => {
    if (!ways.has(way.address)) ways.set(way.address, way);
  };
  for (const { part, outside } of routers)
    for (const { address, tap } of [...(outside?.floating ?? []), ...(outside?.forwardings ?? [])])
      add({ address, router: part, tap });
  for (const network of networks)
    for (const way of guestWays(network)) if (isOutside(way.address, blockedRanges)) add(way);
  return [...ways.values()].sort((a, b) => a.address.localeCompare(b.address));
}

/** By the router that the guests' own packets take. */
function guestWays({ ports, routing }: Joined): readonly WayIn[] {
  const ways = routing?.ways ?? [];
  return ports
    .filter(({ disabled }) => disabled !== true)
    .flatMap(({ tap, addresses }) =>
      addresses.flatMap(({ address }) => {
        const way = ways.find(({ outside6 }) => outside6.some((range) => isWithin(range, address)));
        return way === undefined ? [] : [{ address, router: way.router, tap }];
      }),
    );
}
