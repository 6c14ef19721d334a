import type { RouterRecord } from '#platform/directory/stores/routers.ts';
import { canonicalIp, contains, formatCidr, parseCidr, parseIp } from '#platform/objects/ip-address.ts';
import { invalidInput } from '../policy.ts';
import { reservedAround } from '../subnets/reserved-ranges.ts';
import type { Connected } from './connected-subnets.ts';
import type { GivenRoute } from './schema.ts';

type ExtraRoute = RouterRecord['routes'][number];

/** What a router may have, as in Neutron. */
const MAX_ROUTES = 30;

/**
 * Reads routes in the form in which they are stored and compared. @param hosts ranges that the hosts use: no route leads there.
 * @throws VolvoxError invalid that names the member.
 */
export function readRoutes(given: readonly GivenRoute[], hosts: readonly string[] = []): readonly ExtraRoute[] {
  const routes = given.map(({ destination, nexthop }, at) => {
    const range = parseCidr(destination);
    const next = canonicalIp(nexthop);
    const wrong = (member: string, text: string, what: string) =>
      invalidInput(`Invalid input for routes. Reason: routes[${at}].${member}: '${text}' is not ${what}.`);
    if (range === null || !range.exact) throw wrong('destination', destination, 'a network in CIDR notation');
    const reserved = reservedAround(range, hosts);
    if (reserved !== undefined)
      throw wrong('destination', destination, `a network that is routed: it lies in ${reserved}, which is reserved`);
    if (next === null) throw wrong('nexthop', nexthop, 'a valid IP address');
    if (parseIp(next)?.version !== range.version) throw wrong('nexthop', nexthop, `of version ${range.version}`);
    return { destination: formatCidr(range), nexthop: next };
  });
  const twice = routes.find((route, at) => routes.some((other, then) => then < at && keyOf(other) === keyOf(route)));
  if (twice !== undefined)
    throw invalidInput(
      `Invalid input for routes. Reason: Duplicate hostroute '${twice.destination} via ${twice.nexthop}'.`,
    );
  return routes;
}

const keyOf = ({ destination, nexthop }: ExtraRoute): string => `${destination} ${nexthop}`;

/** Those that are there already stay as they are. */
export function withRoutes(before: readonly ExtraRoute[], added: readonly ExtraRoute[]): readonly ExtraRoute[] {
  return [...new Map([...before, ...added].map((route) => [keyOf(route), route])).values()];
}

/** Those that are not there are no error. */
export function withoutRoutes(before: readonly ExtraRoute[], removed: readonly ExtraRoute[]): readonly ExtraRoute[] {
  const gone = new Set(removed.map(keyOf));
  return before.filter((route) => !gone.has(keyOf(route)));
}

/** @throws VolvoxError invalid when there are too many, or a next hop is not next to the router or is the router. */
export function requireRoutes(routerId: string, routes: readonly ExtraRoute[], connected: Connected): void {
  if (routes.length > MAX_ROUTES)
    throw invalidInput(
      `Unable to complete operation for ${routerId}. The number of routes exceeds the maximum ${MAX_ROUTES}.`,
      'RoutesExhausted',
    );
  const { interfaces, subnets, external } = connected;
  const own = new Set(interfaces.flatMap(({ fixedIps }) => fixedIps.map(({ address }) => address)));
  for (const route of routes) {
    const wrong = (why: string) =>
      invalidInput(
        `Invalid format for routes: destination ${route.destination}, nexthop ${route.nexthop}, ${why}`,
        'InvalidRoutes',
      );
    if (external.some(({ cidr }) => isIn(cidr, route.nexthop)))
      throw wrong("the nexthop is on the external network; what leaves by the gateway takes the host's own routes");
    if (!subnets.some(({ cidr }) => isIn(cidr, route.nexthop))) throw wrong('the nexthop is not connected with router');
    if (own.has(route.nexthop)) throw wrong('the nexthop is used by router');
  }
}

/** A route whose next hop is in the subnet. */
export const routeInto = (routes: readonly ExtraRoute[], cidr: string): ExtraRoute | undefined =>
  routes.find(({ nexthop }) => isIn(cidr, nexthop));

function isIn(cidr: string, address: string): boolean {
  const range = parseCidr(cidr);
  const ip = parseIp(address);
  return range !== null && ip !== null && range.version === ip.version && contains(range, ip.value);
}
