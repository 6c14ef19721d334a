import type { GroupRule } from '#platform/objects/definitions.ts';
import { formatCidr, parseCidr } from '#platform/objects/ip-address.ts';
import { isIcmp, type PortRange, protocolNumber, rulePorts } from '#platform/objects/ip-protocol.ts';

/** Of single addresses, or of ranges: a set of intervals is slower to ask, and may not be changed element by element. */
type Members = 'addresses' | 'ranges';
const setName = (family: '4' | '6', groupId: string, members: Members): string =>
  `${members === 'ranges' ? 'r' : 'm'}${family}-${groupId}`;
const setsOf = (groupId: string, members: Members): readonly [string, string] => [
  setName('4', groupId, members),
  setName('6', groupId, members),
];
export const memberSets = (groupId: string): readonly [string, string] => setsOf(groupId, 'addresses');
export const rangeSets = (groupId: string): readonly [string, string] => setsOf(groupId, 'ranges');

/** What a rule judges: the first packet of the connection (stateful groups), or the packet itself (stateless groups). */
type Judged = 'connection' | 'packet';

/** A rule of everybody or of a prefix has one condition; one of a remote group has two, however many members the group has. */
export const groupRuleConditions = (rule: GroupRule, judged: Judged = 'connection'): readonly string[] =>
  (rule.remoteGroupId === null ? (['addresses'] as const) : (['addresses', 'ranges'] as const)).flatMap(
    (members) => groupRuleCondition(rule, members, judged) ?? [],
  );

/**
 * The condition of a rule as nftables text. One about connections stands for both ways of a connection; one about packets for one way.
 * null: no packet can ever meet it.
 */
export function groupRuleCondition(
  rule: GroupRule,
  members: Members = 'addresses',
  judged: Judged = 'connection',
): string | null {
  const v4 = rule.ethertype === 'IPv4';
  const protocol = protocolNumber(rule.protocol, rule.ethertype);
  const remote = remoteCondition(rule, members, judged);
  if (protocol === undefined || remote === null) return null;
  const parts = [`meta nfproto ${v4 ? 'ipv4' : 'ipv6'}`];
  if (protocol !== null) {
    parts.push(judged === 'packet' ? `meta l4proto ${protocol}` : `ct original protocol ${protocol}`);
    const ports = rulePorts(protocol, rule);
    if (ports === undefined) return null;
    if (ports !== null) parts.push(`${portsField(protocol, judged)} ${rangeText(ports)}`);
  }
  if (remote !== '') parts.push(remote);
  return parts.join(' ');
}

/** The destination port; of ICMP the type and the code, which are the first two bytes of the message. */
const portsField = (protocol: number, judged: Judged): string =>
  judged === 'connection' ? 'ct original proto-dst' : isIcmp(protocol) ? '@th,0,16' : '@th,16,16';

const rangeText = ({ from, to }: PortRange): string => (from === to ? String(from) : `${from}-${to}`);

/** '': everybody; null: nobody. */
function remoteCondition(
  { direction, ethertype, remoteIpPrefix, remoteGroupId }: GroupRule,
  members: Members,
  judged: Judged,
): string | null {
  const v4 = ethertype === 'IPv4';
  const packet = `${v4 ? 'ip' : 'ip6'} ${direction === 'ingress' ? 'saddr' : 'daddr'}`;
  const field = judged === 'packet' ? packet : `ct original ${packet}`;
  if (remoteGroupId !== null) return `${field} @${setName(v4 ? '4' : '6', remoteGroupId, members)}`;
  if (remoteIpPrefix === null) return '';
  const whole = remoteIpPrefix.includes('/') ? remoteIpPrefix : `${remoteIpPrefix}/${v4 ? 32 : 128}`;
  const cidr = parseCidr(whole);
  if (cidr === null || cidr.version !== (v4 ? 4 : 6)) return null;
  return cidr.prefix === 0 ? '' : `${field} ${formatCidr(cidr)}`;
}
