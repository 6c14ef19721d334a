import { parseIp } from '#platform/objects/ip-address.ts';
import { linkLocal, prefixLength } from '../../addresses.ts';
import type { DesiredNetwork, DesiredPort } from '../../desired-host.ts';

/** An empty chain carries the fingerprint of the whole set, so that what is in force can be read back. */
export const MARK_CHAIN = 'sum-';

/** What a port may send, and what passes between hosts: the table `bridge volvox` as text, which replaces the one before. */
export function renderPortFilter(networks: readonly DesiredNetwork[], sum: string): string {
  const ports = networks.flatMap((network) => network.ports);
  return `table bridge volvox
delete table bridge volvox
table bridge volvox {
  chain ${MARK_CHAIN}${sum} { }
${networks.flatMap(({ mac, ports }) => ports.map((port) => portChain(port, linkLocal(mac)))).join('\n')}
  chain from-ports {
    type filter hook prerouting priority -300; policy accept;
    ${verdicts(ports)}
    iifname "tap*" drop
${networks.map(fromOtherHosts).join('')}  }
  chain to-other-hosts {
    type filter hook postrouting priority 0; policy accept;
${networks.map(toOtherHosts).join('')}  }
}
`;
}

function verdicts(ports: readonly DesiredPort[]): string {
  if (ports.length === 0) return '';
  return `iifname vmap { ${ports.map(({ tap }) => `"${tap}" : goto from-${tap}`).join(', ')} }`;
}

/** The target of a neighbour advertisement by its place in the packet: nft before 1.0.9 has no name for it. */
const TARGET = '@th,64,128';
const hexOf = (address: string): string => `0x${parseIp(address)?.value.toString(16).padStart(32, '0')}`;

/**
 * A port sends as itself only: its MAC, its addresses, also in what it tells of its neighbours; and it is nobody's DHCP server or
 * router. Of link-local addresses any may be its own (RFC 7217), save the gateway's.
 */
function portChain({ tap, mac, addresses }: DesiredPort, gateway: string): string {
  const v4 = addresses.map(({ address }) => address).filter((address) => !address.includes(':'));
  const v6 = addresses.map(({ address }) => address).filter((address) => address.includes(':'));
  return `  chain adverts-${tap} {
    ${TARGET} ${hexOf(gateway)} drop
    @th,64,16 & 0xffc0 == 0xfe80 return
${v6.length === 0 ? '' : `    ${TARGET} { ${v6.map(hexOf).join(', ')} } return\n`}    drop
  }
  chain from-${tap} {
    ether saddr != ${mac} drop
    ether type arp arp saddr ether ${mac} arp saddr ip { ${['0.0.0.0', ...v4].join(', ')} } accept
    ip saddr 0.0.0.0 ip daddr 255.255.255.255 udp sport 68 udp dport 67 accept
    udp sport { 67, 547 } drop
${v4.length === 0 ? '' : `    ip saddr { ${v4.join(', ')} } accept\n`}    icmpv6 type nd-router-advert drop
    ip6 saddr ${gateway} drop
    icmpv6 type nd-neighbor-advert jump adverts-${tap}
    ip6 saddr { ${['fe80::/10', '::', ...v6].join(', ')} } accept
    drop
  }`;
}

/** Every host is the gateway of its own guests: what belongs to the gateway does not travel between hosts. */
function toOtherHosts({ segment, mac, addresses }: DesiredNetwork): string {
  if (segment === null) return '';
  const ipv4 = addresses
    .filter((one) => !one.includes(':'))
    .map((one) => one.slice(0, -1 - String(prefixLength(one)).length));
  const arp = ipv4.length === 0 ? '' : `    oifname "${segment.device}" arp daddr ip { ${ipv4.join(', ')} } drop\n`;
  return `    oifname "${segment.device}" ether saddr ${mac} drop
    oifname "${segment.device}" udp dport { 67, 68, 546, 547 } drop
${arp}`;
}

const fromOtherHosts = ({ segment, mac }: DesiredNetwork): string =>
  segment === null ? '' : `    iifname "${segment.device}" ether saddr ${mac} drop\n`;
