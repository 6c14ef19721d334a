import { linkLocal, prefixLength } from '../../addresses.ts';
import type { DesiredGroups } from '../../desired-groups.ts';
import { type DesiredNetwork, type DesiredPort, METADATA_ADDRESS_6 } from '../../desired-host.ts';
import { freeChain, markChains } from './group-marks.ts';
import { type HostAddresses, portChains } from './port-rules.ts';
import { PROTOCOL_CHAINS } from './protocol-rules.ts';

/** An empty chain carries the fingerprint of the whole set, so that what is in force can be read back. */
export const MARK_CHAIN = 'sum-';

/**
 * What a port may send, and what passes between hosts: the table `bridge volvox` as text, which replaces the one before. All that
 * a port may send is listed; the rest is dropped. A VLAN tag (also of VLAN 0, which a receiver ignores) hides what follows from a
 * rule that looks at its usual place, so tagged frames go first.
 */
export function renderPortFilter(
  networks: readonly DesiredNetwork[],
  sum: string,
  groups: DesiredGroups | null,
): string {
  const ports = networks.flatMap((network) => network.ports);
  const free = new Set(groups?.freeTaps ?? []);
  const freeChains = networks.flatMap(({ mac, reachMac, ports: all }) =>
    all.filter(({ tap }) => free.has(tap)).map((port) => freeChain(port, [mac, reachMac])),
  );
  return `table bridge volvox
delete table bridge volvox
table bridge volvox {
  chain ${MARK_CHAIN}${sum} { }
${PROTOCOL_CHAINS}
${networks.flatMap((network) => network.ports.map((port) => portChains(port, hostAddresses(network)))).join('\n')}
${freeChains.join('')}  chain from-ports {
    type filter hook prerouting priority -300; policy accept;
    iifname "tap*" ether type { ${TAGGED.join(', ')} } drop
    ${verdicts(ports, free)}
    iifname "tap*" drop
${networks.map(fromOtherHosts).join('')}  }
${toDisabled(ports)}  chain to-other-hosts {
    type filter hook postrouting priority 0; policy accept;
${networks.map(toOtherHosts).join('')}  }
${groups === null ? '' : markChains(networks, groups.ports, groups.freeTaps)}}
`;
}

/** 802.1Q, 802.1ad, and the tag of bridges that were older than 802.1ad. */
const TAGGED = ['0x8100', '0x88a8', '0x9100'];

/**
 * For a table of the family inet. Linux hands frames to some of the group addresses that a bridge keeps to itself (IEEE 802.1D,
 * table 7-10) to the host as if they came to the tap, past the hooks of the bridge. What comes the right way comes from the bridge.
 */
export const PAST_THE_BRIDGE = `  chain past-the-bridge {
    type filter hook prerouting priority raw; policy accept;
    iifname "tap*" drop
  }`;

function verdicts(ports: readonly DesiredPort[], free: ReadonlySet<string>): string {
  if (ports.length === 0) return '';
  const verdict = ({ tap, disabled }: DesiredPort) =>
    disabled === true ? 'drop' : `goto ${free.has(tap) ? 'free' : 'from'}-${tap}`;
  return `iifname vmap { ${ports.map((port) => `"${port.tap}" : ${verdict(port)}`).join(', ')} }`;
}

/** Nothing reaches a port that is switched off, nor does anything leave it. */
function toDisabled(ports: readonly DesiredPort[]): string {
  const taps = ports.filter(({ disabled }) => disabled === true).map(({ tap }) => `"${tap}"`);
  if (taps.length === 0) return '';
  return `  chain to-disabled {
    type filter hook forward priority -300; policy accept;
    oifname { ${taps.join(', ')} } drop
  }
`;
}

function hostAddresses({ mac, reachMac, addresses }: DesiredNetwork): HostAddresses {
  const all = addresses.map((one) => one.slice(0, one.indexOf('/')));
  return {
    v4: all.filter((one) => !one.includes(':')),
    v6: [linkLocal(mac), linkLocal(reachMac), METADATA_ADDRESS_6, ...all.filter((one) => one.includes(':'))],
  };
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

/** `reach` sends to guests of other hosts; its MAC is this host's alone, so it never comes from one. */
const fromOtherHosts = ({ segment, mac, reachMac }: DesiredNetwork): string =>
  segment === null ? '' : `    iifname "${segment.device}" ether saddr { ${mac}, ${reachMac} } drop\n`;
