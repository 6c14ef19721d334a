import { parseIp } from '#platform/objects/ip-address.ts';
import { linkLocal, prefixLength } from '../../addresses.ts';
import { type DesiredPort, METADATA_ADDRESS, METADATA_ADDRESS_6 } from '../../desired-host.ts';
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

/** What belongs to the hosts in a network: nobody else sends from it, whatever is allowed to the port. */
export interface HostAddresses {
  /** Of the network's gateway device and of metadata. */
  readonly v4: readonly string[];
  /** With the link-local addresses of this host's devices. */
  readonly v6: readonly string[];
}

/** No address of one guest: what a range among the pairs never covers. */
const NEVER_SENT_4 = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/3'];
const NEVER_SENT_6 = ['::1', '::ffff:0:0/96', 'ff00::/8'];
const LINK_LOCAL = 'fe80::/10';

/**
 * What one port may send: its MAC, the announcement of it, and ARP, IPv4 and IPv6 of its own addresses. Its link-local address is the one that follows from
 * its MAC (RFC 4291, appendix A), as in Neutron: docs/decisions/0010-a-port-has-one-link-local-address.md. Then what its address pairs add: more
 * addresses from its own MAC, and other MACs with the addresses that are paired with them. Each chain ends every frame.
 */
export function portChains({ tap, mac, addresses, pairs = [] }: DesiredPort, hosts: HostAddresses): string {
  const own = addresses.map(({ address }) => address);
  const byMac = Map.groupBy(pairs, (pair) => pair.mac);
  const paired = (of: string) => (byMac.get(of) ?? []).map(({ address }) => address);
  const others = [...byMac.keys()].filter((one) => one !== mac);
  const senders = [
    { name: tap, isPort: true, mac, own, paired: paired(mac) },
    ...others.map((other, at) => ({
      ...{ name: `${tap}-${at + 1}`, isPort: false, mac: other, own: [], paired: paired(other) },
    })),
  ];
  const ofOthers = senders.slice(1).map((sender) => `${sender.mac} : goto other-${sender.name}`);
  return `${senders.map((sender) => senderChains(sender, hosts)).join('\n')}
  chain rarp-${tap} {
    ${RARP_REQUEST} ${SENDER_MAC} ${hexOfMac(mac)} ${SENDER_ADDRESS} 0 ${TARGET_MAC} ${hexOfMac(mac)} ${TARGET_ADDRESS} 0 accept
    drop
  }
${senders.slice(1).map(otherChain).join('')}  chain from-${tap} {
${ifAny(ofOthers, `ether saddr vmap { ${ofOthers.join(', ')} }`)}    ether saddr != ${mac} drop
    ether type vmap { arp : goto arp-${tap}, ${RARP} : goto rarp-${tap}, ip : goto ip4-${tap}, ip6 : goto ip6-${tap} }
    drop
  }`;
}

const otherChain = ({ name }: Sender): string => `  chain other-${name} {
    ether type vmap { arp : goto arp-${name}, ip : goto ip4-${name}, ip6 : goto ip6-${name} }
    drop
  }
`;

/** A MAC that a port sends from, with its addresses. */
interface Sender {
  readonly name: string;
  /** It is the MAC of the port itself. */
  readonly isPort: boolean;
  readonly mac: string;
  /** Fixed addresses of the port. */
  readonly own: readonly string[];
  /** Addresses and ranges of pairs. */
  readonly paired: readonly string[];
}

/** With a pair of version 6 a MAC has its link-local address too, as in Neutron. */
function senderChains({ name, isPort, mac, own, paired }: Sender, hosts: HostAddresses): string {
  const isSix = (address: string) => address.includes(':');
  const [v4, pairs4] = [own.filter((one) => !isSix(one)), paired.filter((one) => !isSix(one))];
  const pairs6 = paired.filter(isSix);
  const v6 = [...(isPort || pairs6.length > 0 ? [linkLocal(mac)] : []), ...own.filter(isSix)];
  const never4 = `{ ${[...NEVER_SENT_4, ...hosts.v4.filter((one) => !one.startsWith('169.254.'))].join(', ')} }`;
  return `  chain arp-${name} {
    arp htype != 1 drop
    arp ptype != 0x0800 drop
    arp hlen != 6 drop
    arp plen != 4 drop
    arp saddr ether != ${mac} drop
    arp operation request arp saddr ip 0.0.0.0 accept
${ifAny(v4, `arp operation { request, reply } arp saddr ip { ${v4.join(', ')} } accept`)}${ifAny(pairs4, `arp saddr ip ${never4} drop`)}${ifAny(pairs4, `arp operation { request, reply } arp saddr ip { ${pairs4.join(', ')} } accept`)}    drop
  }
  chain ip4-${name} {
${ifAny(v4, `ip saddr { ${v4.join(', ')} } goto upper4`)}${isPort ? '    ip saddr 0.0.0.0 ip daddr 255.255.255.255 goto dhcp-request\n' : ''}${ifAny(pairs4, `ip daddr ${METADATA_ADDRESS} drop`)}${ifAny(pairs4, `ip saddr ${never4} drop`)}${ifAny(pairs4, `ip saddr { ${pairs4.join(', ')} } goto upper4`)}    drop
  }
  chain unaddressed-${name} {
    ip6 nexthdr ${ICMPV6} icmpv6 type nd-neighbor-solicit goto advert-${name}
    ip6 nexthdr ${HOP_BY_HOP} goto mld
    drop
  }
  chain advert-${name} {
${ifAny(v6, `${TARGET} { ${v6.map(hexOf).join(', ')} } accept`)}${targetsOfPairs(pairs6, hosts)}    drop
  }
  chain ip6-${name} {
    ip6 saddr :: goto unaddressed-${name}
${sendersOfPairs(v6, pairs6, hosts)}${ifAny(pairs6, toMetadata(isPort, mac))}    ip6 nexthdr ${ICMPV6} icmpv6 type nd-neighbor-advert goto advert-${name}
    goto upper6
  }`;
}

/** The metadata server knows a guest by the link-local address of its MAC. */
const toMetadata = (isPort: boolean, mac: string): string =>
  `ip6 daddr ${METADATA_ADDRESS_6} ${isPort ? `ip6 saddr != ${linkLocal(mac)} ` : ''}drop`;

/** Ends what is neither the port's own nor of its pairs; link-local addresses are paired one by one only. */
function sendersOfPairs(own: readonly string[], pairs: readonly string[], hosts: HostAddresses): string {
  if (pairs.length === 0) return own.length === 0 ? '    drop\n' : `    ip6 saddr != { ${own.join(', ')} } drop\n`;
  const single = pairs.filter((one) => !one.includes('/'));
  return `    ip6 saddr != { ${[...own, ...pairs].join(', ')} } drop
    ip6 saddr { ${[...NEVER_SENT_6, ...hosts.v6].join(', ')} } drop
    ip6 saddr ${LINK_LOCAL} ip6 saddr != { ${[...own, ...single].join(', ')} } drop
`;
}

/** The same for what a neighbour solicitation or advertisement is about. */
function targetsOfPairs(pairs: readonly string[], hosts: HostAddresses): string {
  if (pairs.length === 0) return '';
  const single = pairs.filter((one) => !one.includes('/'));
  const ranges = pairs.filter((one) => one.includes('/'));
  const inRange = (range: string): string => {
    const length = BigInt(prefixLength(range));
    if (length === 0n) return '';
    const mask = ((1n << length) - 1n) << (128n - length);
    return `${TARGET} & 0x${mask.toString(16)} == ${hexOf(range.slice(0, range.indexOf('/')))} `;
  };
  return `    ${TARGET} { ${hosts.v6.map(hexOf).join(', ')} } drop
${ifAny(single, `${TARGET} { ${single.map(hexOf).join(', ')} } accept`)}    ${inRange(LINK_LOCAL)}drop
${ranges.map((range) => `    ${inRange(range)}accept\n`).join('')}`;
}

const hexOfMac = (mac: string): string => `0x${mac.replaceAll(':', '')}`;
const hexOf = (address: string): string => `0x${parseIp(address)?.value.toString(16).padStart(32, '0')}`;

const ifAny = (addresses: readonly string[], rule: string): string => (addresses.length === 0 ? '' : `    ${rule}\n`);
