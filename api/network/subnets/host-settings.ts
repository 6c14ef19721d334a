import { parseCidr, parseIp } from '#platform/objects/ip-address.ts';
import { invalidInput } from '../policy.ts';

interface HostSettings {
  readonly dns_nameservers?: readonly string[];
  readonly host_routes?: readonly { readonly destination: string; readonly nexthop: string }[];
}

/** Checks what guests are told over DHCP. @throws VolvoxError invalid, naming the entry. */
export function checkHostSettings(given: HostSettings): void {
  for (const server of given.dns_nameservers ?? []) {
    if (parseIp(server) === null) {
      throw invalidInput(`Invalid input for dns_nameservers. Reason: '${server}' is not a valid IP address.`);
    }
  }
  for (const route of given.host_routes ?? []) {
    if (parseCidr(route.destination) === null) {
      throw invalidInput(`Invalid input for host_routes. Reason: '${route.destination}' is not a valid IP subnet.`);
    }
    if (parseIp(route.nexthop) === null) {
      throw invalidInput(`Invalid input for host_routes. Reason: '${route.nexthop}' is not a valid IP address.`);
    }
  }
}
