import type { GroupRule } from '#platform/objects/definitions.ts';
import { contains, type IpVersion, parseCidr, parseIp } from '#platform/objects/ip-address.ts';
import { protocolNumber, rulePorts } from '#platform/objects/ip-protocol.ts';

/** The packet that begins a connection. */
export interface Packet {
  readonly version: IpVersion;
  /** Number of the protocol. */
  readonly protocol: number;
  /** Where it is addressed to; null: the protocol has no ports. Of ICMP, type × 256 + code. */
  readonly port: number | null;
  readonly from: string;
  readonly to: string;
}

/** Whether the address is in the range `address/prefix`, or is that address. */
export function isIn(address: string, range: string): boolean {
  const ip = parseIp(address);
  const cidr = parseCidr(range.includes('/') ? range : `${range}/${range.includes(':') ? 128 : 32}`);
  return ip !== null && cidr !== null && ip.version === cidr.version && contains(cidr, ip.value);
}

/**
 * Whether a rule of a security group lets a connection begin. Pure; the same as what the hosts ask (cell/network/drivers/linux/group-rule.ts).
 * @param isMember whether an address belongs to a member of a group.
 */
export function ruleAllows(
  rule: GroupRule,
  packet: Packet,
  isMember: (groupId: string, address: string) => boolean,
): boolean {
  if ((rule.ethertype === 'IPv4') !== (packet.version === 4)) return false;
  const protocol = protocolNumber(rule.protocol, rule.ethertype);
  if (protocol === undefined) return false;
  if (protocol !== null) {
    if (protocol !== packet.protocol) return false;
    const ports = rulePorts(protocol, rule);
    if (ports === undefined) return false;
    if (ports !== null && (packet.port === null || packet.port < ports.from || packet.port > ports.to)) return false;
  }
  const other = rule.direction === 'ingress' ? packet.from : packet.to;
  if (rule.remoteGroupId !== null) return isMember(rule.remoteGroupId, other);
  return rule.remoteIpPrefix === null || isIn(other, rule.remoteIpPrefix);
}
