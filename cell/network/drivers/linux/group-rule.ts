import type { GroupRule } from '#platform/objects/definitions.ts';
import { formatCidr, parseCidr } from '#platform/objects/ip-address.ts';

/** Protocols by the names that Neutron takes for them (IANA). The system's own list of names may be missing. */
const NUMBERS: Readonly<Record<string, number>> = {
  ...{ icmp: 1, igmp: 2, ipip: 4, tcp: 6, egp: 8, udp: 17, dccp: 33, 'ipv6-encap': 41, 'ipv6-route': 43 },
  ...{ 'ipv6-frag': 44, rsvp: 46, gre: 47, esp: 50, ah: 51, icmpv6: 58, 'ipv6-icmp': 58, 'ipv6-nonxt': 59 },
  ...{ 'ipv6-opts': 60, ospf: 89, vrrp: 112, pgm: 113, sctp: 132, udplite: 136 },
};
const ICMP = 1;
const ICMPV6 = 58;
/** TCP, UDP, DCCP, SCTP, UDP-Lite. */
const WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);
const MAX_BYTE = 255;
const MAX_PORT = 65_535;

const setName = (family: '4' | '6', groupId: string): string => `m${family}-${groupId}`;
export const memberSets = (groupId: string): readonly [string, string] => [
  setName('4', groupId),
  setName('6', groupId),
];

/**
 * The condition of a rule as nftables text, about how a connection began, whoever sent the packet at which it is asked: so one rule stands
 * for both ways of a connection. null: no packet can ever meet it.
 */
export function groupRuleCondition(rule: GroupRule): string | null {
  const v4 = rule.ethertype === 'IPv4';
  const protocol = protocolNumber(rule);
  const remote = remoteCondition(rule);
  if (protocol === undefined || remote === null) return null;
  const parts = [`meta nfproto ${v4 ? 'ipv4' : 'ipv6'}`];
  if (protocol !== null) {
    parts.push(`ct original protocol ${protocol}`);
    const ports = portRange(protocol, rule);
    if (ports === undefined) return null;
    if (ports !== null) parts.push(`ct original proto-dst ${ports}`);
  }
  if (remote !== '') parts.push(remote);
  return parts.join(' ');
}

/** null: any; undefined: not known. */
function protocolNumber({ protocol, ethertype }: GroupRule): number | null | undefined {
  const text = protocol?.toLowerCase() ?? 'any';
  if (text === 'any' || text === '0' || text === 'ip') return null;
  const number = /^\d{1,3}$/.test(text) ? Number(text) : NUMBERS[text];
  // In a rule for IPv6, Neutron takes either name for ICMPv6.
  if (number === ICMP && ethertype === 'IPv6') return ICMPV6;
  return number !== undefined && number <= MAX_BYTE ? number : undefined;
}

/** null: any; undefined: none. Of ICMP the kernel keeps type and code where other protocols have the port: type × 256 + code. */
function portRange(protocol: number, { portMin, portMax }: GroupRule): string | null | undefined {
  if (portMin === null && portMax === null) return null;
  if (protocol === ICMP || protocol === ICMPV6) {
    if (portMin === null || portMin > MAX_BYTE || (portMax ?? 0) > MAX_BYTE) return undefined;
    return range(portMin * 256 + (portMax ?? 0), portMin * 256 + (portMax ?? MAX_BYTE));
  }
  return WITH_PORTS.has(protocol) ? range(portMin ?? 0, portMax ?? MAX_PORT) : undefined;
}

const range = (from: number, to: number): string | undefined => {
  if (from > to || to > MAX_PORT) return undefined;
  return from === to ? String(from) : `${from}-${to}`;
};

/** '': everybody; null: nobody. */
function remoteCondition({ direction, ethertype, remoteIpPrefix, remoteGroupId }: GroupRule): string | null {
  const v4 = ethertype === 'IPv4';
  const field = `ct original ${v4 ? 'ip' : 'ip6'} ${direction === 'ingress' ? 'saddr' : 'daddr'}`;
  if (remoteGroupId !== null) return `${field} @${setName(v4 ? '4' : '6', remoteGroupId)}`;
  if (remoteIpPrefix === null) return '';
  const whole = remoteIpPrefix.includes('/') ? remoteIpPrefix : `${remoteIpPrefix}/${v4 ? 32 : 128}`;
  const cidr = parseCidr(whole);
  if (cidr === null || cidr.version !== (v4 ? 4 : 6)) return null;
  return cidr.prefix === 0 ? '' : `${field} ${formatCidr(cidr)}`;
}
