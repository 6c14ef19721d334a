import { parseCidr, parseIp } from '#platform/objects/ip-address.ts';
import { canonicalCidr, canonicalIp } from '../canonical.ts';
import { invalidInput } from '../policy.ts';

/** What guests are told over DHCP. */
interface HostSettings {
  readonly dns_nameservers?: string[];
  readonly host_routes?: { destination: string; nexthop: string }[];
}

/** Every address in its canonical form. @throws VolvoxError invalid, naming the entry that is none. */
export function readHostSettings({ dns_nameservers: servers, host_routes: routes }: HostSettings): HostSettings {
  for (const server of servers ?? []) {
    if (parseIp(server) === null) {
      throw invalidInput(`Invalid input for dns_nameservers. Reason: '${server}' is not a valid IP address.`);
    }
  }
  for (const { destination, nexthop } of routes ?? []) {
    if (parseCidr(destination) === null) {
      throw invalidInput(`Invalid input for host_routes. Reason: '${destination}' is not a valid IP subnet.`);
    }
    if (parseIp(nexthop) === null) {
      throw invalidInput(`Invalid input for host_routes. Reason: '${nexthop}' is not a valid IP address.`);
    }
  }
  return {
    ...(servers === undefined ? {} : { dns_nameservers: servers.map(canonicalIp) }),
    ...(routes === undefined
      ? {}
      : {
          host_routes: routes.map(({ destination, nexthop }) => ({
            destination: canonicalCidr(destination),
            nexthop: canonicalIp(nexthop),
          })),
        }),
  };
}
