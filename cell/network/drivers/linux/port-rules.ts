import { parseIp } from '#platform/objects/ip-address.ts';
import { linkLocal } from '../../addresses.ts';
import type { DesiredPort } from '../../desired-host.ts';
import { HOP_BY_HOP, ICMPV6 } from './protocol-rules.ts';

/** The target of a neighbour solicitation or advertisement by its place: nft before 1.0.9 has no name for it. */
const TARGET = '@th,64,128';

/** After a live migration, QEMU announces the MAC of each card by RARP (RFC 903): a question for the address of the card that asks. nft has no names for its fields. */
const RARP = '0x8035';
const RARP_REQUEST = '@nh,0,64 0x0001080006040003';
const SENDER_MAC = '@nh,64,48';
const SENDER_ADDRESS = '@nh,112,32';
const TARGET_MAC = '@nh,144,48';
const TARGET_ADDRESS = '@nh,192,32';

/**
 * What one port may send: its MAC, the announcement of it, and ARP, IPv4 and IPv6 of its own addresses. Its link-local address is the one that follows from
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
  chain rarp-${tap} {
    ${RARP_REQUEST} ${SENDER_MAC} ${hexOfMac(mac)} ${SENDER_ADDRESS} 0 ${TARGET_MAC} ${hexOfMac(mac)} ${TARGET_ADDRESS} 0 accept
    drop
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
    ether type vmap { arp : goto arp-${tap}, ${RARP} : goto rarp-${tap}, ip : goto ip4-${tap}, ip6 : goto ip6-${tap} }
    drop
  }`;
}

const hexOfMac = (mac: string): string => `0x${mac.replaceAll(':', '')}`;
const hexOf = (address: string): string => `0x${parseIp(address)?.value.toString(16).padStart(32, '0')}`;

const ifAny = (addresses: readonly string[], rule: string): string => (addresses.length === 0 ? '' : `    ${rule}\n`);
