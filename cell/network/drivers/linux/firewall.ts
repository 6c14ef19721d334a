import { parseIp } from '#platform/objects/ip-address.ts';
import { runCommand } from '../../../agent/run-command.ts';
import { linkLocal, prefixLength } from '../../addresses.ts';
import { type DesiredHost, type DesiredNetwork, type DesiredPort, METADATA_ADDRESS } from '../../desired-host.ts';
import { type HostSetup, metadataPortOf, UPLINK } from './host-setup.ts';
import { inNamespace } from './ip.ts';

/** Whoever reaches a host here writes into the networks of others: nothing of a guest does. */
const VXLAN_PORT = 4789;

/** An empty chain carries the fingerprint of the whole set, so that what is in force can be read back. */
export const MARK_CHAIN = 'sum-';

/** Replaces all rules of the namespace at once, so that no packet passes without rules. */
export async function setFirewall(setup: HostSetup, desired: DesiredHost): Promise<void> {
  await runCommand('ip', inNamespace(setup, 'nft', '-f', '-'), { input: renderFirewall(setup, desired) });
}

/** The rules as text. `bridge volvox`: what a port may send. `inet volvox`: what reaches the host, the outside, the metadata. */
export function renderFirewall(setup: HostSetup, desired: DesiredHost): string {
  const ports = desired.networks.flatMap((network) => network.ports);
  return `table bridge volvox
delete table bridge volvox
table inet volvox
delete table inet volvox
table bridge volvox {
  chain ${MARK_CHAIN}${desired.firewall} { }
${desired.networks.flatMap(({ mac, ports }) => ports.map((port) => portChain(port, linkLocal(mac)))).join('\n')}
  chain from-ports {
    type filter hook prerouting priority -300; policy accept;
    ${verdicts(ports)}
    iifname "tap*" drop
${desired.networks.map(fromOtherHosts).join('')}  }
  chain to-other-hosts {
    type filter hook postrouting priority 0; policy accept;
${desired.networks.map(toOtherHosts).join('')}  }
}
table inet volvox {
  chain ${MARK_CHAIN}${desired.firewall} { }
  chain zones {
    type filter hook prerouting priority raw; policy accept;
${each(desired, ({ bridge, slot }) => `iifname "${bridge}" ct original zone set ${slot}`)}
  }
  chain steer {
    type filter hook prerouting priority mangle; policy accept;
${each(desired, ({ bridge, slot }) => `iifname "${bridge}" ct mark set ${slot} meta mark set ${slot}`)}
    iifname "${UPLINK}" meta mark set ct mark
  }
  chain to-metadata {
    type nat hook prerouting priority dstnat; policy accept;
${each(desired, (network) => `iifname "${network.bridge}" ip daddr ${METADATA_ADDRESS} tcp dport 80 redirect to :${metadataPortOf(setup, network.slot)}`)}
  }
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    ct state established,related accept
    meta l4proto ipv6-icmp accept
${each(desired, (network) => inputRules(setup, network))}
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    udp dport ${VXLAN_PORT} drop
    ct state established,related accept
${each(
  { networks: desired.networks.filter(({ outside }) => outside) },
  ({ bridge }) => `iifname "${bridge}" oifname "${UPLINK}" accept`,
)}
  }
  chain outgoing {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "${UPLINK}" masquerade
  }
}
`;
}

const each = (desired: Pick<DesiredHost, 'networks'>, rule: (network: DesiredNetwork) => string): string =>
  desired.networks.map((network) => `    ${rule(network)}`).join('\n');

function inputRules(setup: HostSetup, network: DesiredNetwork): string {
  const ipv4 = network.addresses.filter((one) => !one.includes(':')).map((one) => one.slice(0, one.indexOf('/')));
  const ping =
    ipv4.length === 0
      ? ''
      : `iifname "${network.bridge}" ip daddr { ${ipv4.join(', ')} } meta l4proto icmp accept\n    `;
  return `${ping}iifname "${network.bridge}" udp dport { 67, 547 } accept
    iifname "${network.bridge}" ct status dnat tcp dport ${metadataPortOf(setup, network.slot)} accept`;
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
