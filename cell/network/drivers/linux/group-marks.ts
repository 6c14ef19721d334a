import type { AddressPair } from '#platform/objects/definitions.ts';
import { linkLocal } from '../../addresses.ts';
import type { FilteredPort } from '../../desired-groups.ts';
import type { DesiredNetwork, DesiredPort } from '../../desired-host.ts';
import { routerPortName } from '../../names.ts';
import { rulesFromBehind } from './rule-set.ts';

/**
 * The mark of a packet on its way through a bridge: the index of the port that sent it (upper half), and of the port that gets it. 0: that
 * side is not filtered, or lets this packet pass in any case. The rules of groups (`group-table.ts`) read it.
 */
export const SENDER = 0xffff0000;
export const RECEIVER = 0x00007fff;
/** The packet is not addressed to an address of the port that gets it: to many, or to somebody else. */
export const NOT_ADDRESSED = 0x00008000;
/** Judged, and allowed. */
export const PASSED = 0xffffffff;

export const hex = (mark: number): string => `0x${mark.toString(16).padStart(8, '0')}`;
export const asSender = (index: number): string => hex(index * 0x10000);
export const asReceiver = (index: number): string => hex(index);

/** Multicast listeners and neighbours; a router is heard only where the network's own namespace is plugged in. */
const LISTENERS_AND_NEIGHBOURS = '{ 130, 131, 132, 135, 136, 143 }';
const QUESTIONS = '{ 131, 132, 133, 135, 136, 143 }';
const ROUTER_ADVERTISEMENT = 134;

/**
 * Chains of the table `bridge volvox` which say of each frame between two ports of a bridge whose rules it needs. Layer 2 is not the groups'
 * business: ARP, neighbours, and what a guest boots with (DHCP, routers) always pass, as in Neutron.
 *
 * Between both chains the kernel shows the frame to the rules of groups (br_netfilter). An IP packet that comes out of there without
 * their word is dropped: a bridge that does not show its frames carries nothing.
 */
export function markChains(
  networks: readonly DesiredNetwork[],
  filtered: readonly FilteredPort[],
  freeTaps: readonly string[],
): string {
  const ports = new Map(networks.flatMap((network) => network.ports.map((port) => [port.tap, port] as const)));
  const here = filtered.flatMap((one) => {
    const port = ports.get(one.tap);
    return port === undefined ? [] : [{ ...one, port }];
  });
  const free = freeTaps.filter((tap) => ports.has(tap));
  return `  chain always {
    ether type { arp, 0x8035 } accept
    ether type != { ip, ip6 } drop
    icmpv6 type ${LISTENERS_AND_NEIGHBOURS} accept
    iifname "rtr*" icmpv6 type ${ROUTER_ADVERTISEMENT} accept
    iifname "rtr*" udp sport 67 udp dport 68 accept
    iifname "rtr*" udp sport 547 udp dport 546 accept
  }
${here.map(({ index, port }) => toPort(index, port, addressesHere(networks, port))).join('')}  chain between-ports {
    type filter hook forward priority -200; policy accept;
    meta mark set 0
${routedByGuests(networks, free)}${listed(free, (taps) => `oifname "rtr*" iifname vmap { ${taps.map((tap) => `"${tap}" : goto from-${tap}`).join(', ')} }`)}${listed(
  here,
  (all) => `meta mark set iifname map { ${all.map(({ tap, index }) => `"${tap}" : ${asSender(index)}`).join(', ')} }`,
)}    udp sport 68 udp dport 67 meta mark set 0
    udp sport 546 udp dport 547 meta mark set 0
    icmpv6 type ${QUESTIONS} meta mark set 0
${listed(here, (all) => `oifname vmap { ${all.map(({ tap }) => `"${tap}" : goto to-${tap}`).join(', ')} }`)}${listed(
  free,
  (taps) => `oifname { ${taps.map((tap) => `"${tap}"`).join(', ')} } accept`,
)}    oifname "tap*" drop
  }
  chain judged {
    type filter hook forward priority 200; policy accept;
    ether type { ip, ip6 } meta mark != ${hex(PASSED)} drop
    meta mark set 0
  }
`;
}

/**
 * A port without port security may be a router itself: it sends what comes from behind it, the ranges of extra routes, to its gateway. What has
 * a sender of the network's own subnets does not come from behind it, and the metadata server knows guests by their senders.
 */
function routedByGuests(networks: readonly DesiredNetwork[], free: readonly string[]): string {
  return networks
    .map(({ bridge, ports, routing, subnets }) => {
      const taps = ports.flatMap(({ tap }) => (free.includes(tap) ? `"${tap}"` : []));
      const from = `iifname { ${taps.join(', ')} } oifname "${routerPortName(bridge)}"`;
      const own = subnets.map(({ cidr }) => cidr);
      return taps.length === 0 ? '' : rulesFromBehind(from, routing?.behindGuests.ranges ?? [], own);
    })
    .join('');
}

/** From how many MACs besides its own a port without port security sends in a day: bridges on all hosts of its network remember each for days. */
export const MAX_SENDERS = 64;

/** Chains for what a port without port security sends: anything but what comes from its host. To the host it goes by `from-`. */
export const freeChain = ({ tap, mac }: DesiredPort, hostMacs: readonly string[]): string => `  set senders-${tap} {
    type ether_addr; size ${MAX_SENDERS}; flags dynamic,timeout; timeout 1d;
  }
  chain free-${tap} {
    ether saddr { ${hostMacs.join(', ')} } drop
    ether saddr ${mac} accept
    update @senders-${tap} { ether saddr } accept
    drop
  }
`;

/** Fixed addresses of the other ports of its network here. */
const addressesHere = (networks: readonly DesiredNetwork[], port: DesiredPort): readonly string[] =>
  (networks.find(({ ports }) => ports.includes(port))?.ports ?? [])
    .filter((one) => one !== port)
    .flatMap(({ addresses }) => addresses.map(({ address }) => address));

/**
 * Addresses of pairs are the port's own too, so that connections to and from them are followed as those of its fixed addresses are; but not what is a fixed
 * address of another port here: only that port speaks for its end of a connection.
 */
function toPort(index: number, { tap, mac, addresses, pairs = [] }: DesiredPort, others: readonly string[]): string {
  const v4 = addresses.map(({ address }) => address).filter((address) => !address.includes(':'));
  const v6 = [linkLocal(mac), ...addresses.map(({ address }) => address).filter((address) => address.includes(':'))];
  return `  chain to-${tap} {
    jump always
    meta mark set meta mark & ${hex(SENDER)} | ${asReceiver(index)}
${listed(v4, (own) => `ip daddr { ${own.join(', ')} } accept`)}    ip6 daddr { ${v6.join(', ')} } accept
${pairsOf('ip', false, pairs, others)}${pairsOf('ip6', true, pairs, others)}    meta mark set meta mark | ${hex(NOT_ADDRESSED)}
  }
`;
}

function pairsOf(
  family: 'ip' | 'ip6',
  isSix: boolean,
  pairs: readonly AddressPair[],
  others: readonly string[],
): string {
  const [paired, except] = [pairs.map(({ address }) => address), others].map((all) =>
    [...new Set(all)].filter((one) => one.includes(':') === isSix),
  ) as [string[], string[]];
  const but = except.length === 0 ? '' : `${family} daddr != { ${except.join(', ')} } `;
  return listed(paired, (all) => `${but}${family} daddr { ${all.join(', ')} } accept`);
}

/** A rule about a list; none when the list is empty, since nftables knows no empty lists. */
const listed = <T>(list: readonly T[], rule: (list: readonly T[]) => string): string =>
  list.length === 0 ? '' : `    ${rule(list)}\n`;
