import { parseIp } from '#platform/objects/ip-address.ts';
import { linkLocal } from '../../addresses.ts';
import type { DesiredPort } from '../../desired-host.ts';
import { HOP_BY_HOP, ICMPV6 } from './protocol-rules.ts';

/** The target of a neighbour solicitation or advertisement by its place: nft before 1.0.9 has no name for it. */
const TARGET = '@th,64,128';

/**
 * What one port may send: its MAC, and ARP, IPv4 and IPv6 of its own addresses. Its link-local address is the one that follows from
 * its MAC (RFC 4291, appendix A), as in Neutron: docs/decisions/0010-a-port-has-one-link-local-address.md. Each chain ends every frame.
 */
export function portChains({ tap, mac, addresses }: DesiredPort): string {
  const v4 = addresses.map(({ address }) => address).filter((address) => !address.includes(':'));
  const v6 = [linkLocal(mac), ...addresses.map(({ address }) => address).filter((address) => address.includes(':'))];
  const targets = `${TARGET} { ${v6.map(hexOf).join(', ')} }`;
  return `  chain arp-${tap} {
    arp htype != 1 drop
    arp ptype != 0x0800 drop
    arp hlen != 6 drop
    arp plen != 4 drop
    arp saddr ether != ${mac} drop
    arp operation request arp saddr ip 0.0.0.0 accept
${ifAny(v4, `arp operation { request, reply } arp saddr ip { ${v4.join(', ')} } accept`)}    drop
  }
  chain ip4-${tap} {
${ifAny(v4, `ip saddr { ${v4.join(', ')} } goto upper4`)}    ip saddr 0.0.0.0 ip daddr 255.255.255.255 goto dhcp-request
    drop
  }
  chain unaddressed-${tap} {
    ip6 nexthdr ${ICMPV6} icmpv6 type nd-neighbor-solicit ${targets} accept
    ip6 nexthdr ${HOP_BY_HOP} goto mld
    drop
  }
  chain advert-${tap} {
    ${targets} accept
    drop
  }
  chain ip6-${tap} {
    ip6 saddr :: goto unaddressed-${tap}
    ip6 saddr != { ${v6.join(', ')} } drop
    ip6 nexthdr ${ICMPV6} icmpv6 type nd-neighbor-advert goto advert-${tap}
    goto upper6
  }
  chain from-${tap} {
    ether saddr != ${mac} drop
    ether type vmap { arp : goto arp-${tap}, ip : goto ip4-${tap}, ip6 : goto ip6-${tap} }
    drop
  }`;
}

const hexOf = (address: string): string => `0x${parseIp(address)?.value.toString(16).padStart(32, '0')}`;

const ifAny = (addresses: readonly string[], rule: string): string => (addresses.length === 0 ? '' : `    ${rule}\n`);
