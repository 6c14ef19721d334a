import type { RuleContent } from '#platform/directory/stores/add-security-group-rule.ts';
import { formatCidr, parseCidr, parseIp } from '#platform/objects/ip-address.ts';
import { invalidInput } from '../policy.ts';
import type { NewRule } from './schema.ts';

/** Protocols by name, as Neutron knows them; others are numbers. */
const WITH_PORTS = ['tcp', 'udp', 'sctp', 'dccp', 'udplite'];
const ICMP = ['icmp', 'icmpv6', 'ipv6-icmp'];
const PLAIN = [
  ...['ah', 'egp', 'esp', 'gre', 'igmp', 'ipip', 'ipv6-encap', 'ipv6-frag', 'ipv6-nonxt', 'ipv6-opts', 'ipv6-route'],
  ...['ospf', 'pgm', 'rsvp', 'vrrp'],
];
const NUMBERS: Readonly<Record<string, string>> = { 1: 'icmp', 6: 'tcp', 17: 'udp', 58: 'ipv6-icmp', 132: 'sctp' };
const MAX_PORT = 65_535;
const MAX_BYTE = 255;

/** @throws VolvoxError invalid, with Neutron's words and its name of the fault. */
export function readRule(given: Omit<NewRule, 'security_group_id'>): RuleContent {
  const { direction, ethertype = 'IPv4', description = '' } = given;
  const protocol = readProtocol(given.protocol ?? null);
  const ports = readPorts(protocol, given);
  const remoteGroupId = given.remote_group_id ?? null;
  const prefix = given.remote_ip_prefix ?? null;
  const remoteAddressGroupId = given.remote_address_group_id ?? null;
  if ([remoteGroupId, prefix, remoteAddressGroupId].filter((remote) => remote !== null).length > 1) {
    const isOld = remoteAddressGroupId === null;
    throw invalidInput(
      `Only remote_ip_prefix or remote_group_id${isOld ? '' : ' or remote_address_group_id'} may be provided.`,
      isOld ? 'SecurityGroupRemoteGroupAndRemoteIpPrefix' : 'SecurityGroupMultipleRemoteEntites',
    );
  }
  if (ethertype === 'IPv4' && (protocol === 'ipv6-icmp' || protocol?.startsWith('ipv6-') === true)) {
    throw invalidInput(
      `Invalid ethertype ${ethertype} for protocol ${protocol}.`,
      'SecurityGroupEthertypeConflictWithProtocol',
    );
  }
  return {
    direction,
    ethertype,
    protocol,
    ...ports,
    remoteIpPrefix: readPrefix(prefix, ethertype),
    remoteGroupId,
    remoteAddressGroupId,
    description,
  };
}

function readProtocol(given: number | string | null): string | null {
  const text = String(given ?? 'any').toLowerCase();
  if (text === 'any') return null;
  if (text === 'icmpv6') return 'ipv6-icmp';
  if ([...WITH_PORTS, ...ICMP, ...PLAIN].includes(text)) return text;
  if (/^\d{1,3}$/.test(text) && Number(text) <= MAX_BYTE) return NUMBERS[Number(text)] ?? String(Number(text));
  throw invalidInput(
    `Security group rule protocol ${given} not supported. Only protocol values ${[...WITH_PORTS, ...ICMP, ...PLAIN].join(', ')} and integer representations [0 to 255] are supported.`,
    'SecurityGroupRuleInvalidProtocol',
  );
}

/** Ports of protocols that have them; type and code of ICMP. */
function readPorts(
  protocol: string | null,
  given: Pick<NewRule, 'port_range_min' | 'port_range_max'>,
): Pick<RuleContent, 'portMin' | 'portMax'> {
  const numberOf = (value: number | string | null | undefined) =>
    value === undefined || value === null ? null : Number(value);
  const [portMin, portMax] = [numberOf(given.port_range_min), numberOf(given.port_range_max)];
  if (portMin === null && portMax === null) return { portMin, portMax };
  if (protocol === null) {
    throw invalidInput('Must also specify protocol if port range is given.', 'SecurityGroupProtocolRequiredWithPorts');
  }
  if (ICMP.includes(protocol)) return readIcmp(portMin, portMax);
  if (!WITH_PORTS.includes(protocol)) {
    throw invalidInput(
      `Invalid protocol ${protocol} for port range, only supported for ${WITH_PORTS.join(', ')}.`,
      'SecurityGroupInvalidProtocolForPort',
    );
  }
  for (const port of [portMin, portMax]) {
    if (port === null || (port >= 1 && port <= MAX_PORT)) continue;
    throw invalidInput(`Invalid value for port ${port}.`, 'SecurityGroupInvalidPortValue');
  }
  if (portMin === null || portMax === null || portMin > portMax) {
    throw invalidInput(
      'For TCP/UDP protocols, port_range_min must be <= port_range_max, and both must be given.',
      'SecurityGroupInvalidPortRange',
    );
  }
  return { portMin, portMax };
}

function readIcmp(type: number | null, code: number | null): Pick<RuleContent, 'portMin' | 'portMax'> {
  if (type === null) {
    throw invalidInput(
      `ICMP code (port-range-max) ${code} is provided but ICMP type (port-range-min) is missing.`,
      'SecurityGroupMissingIcmpType',
    );
  }
  for (const [field, name, value] of [
    ['ICMP type', 'port-range-min', type],
    ['ICMP code', 'port-range-max', code],
  ] as const) {
    if (value === null || value <= MAX_BYTE) continue;
    throw invalidInput(
      `Invalid value for ${field} (${name}) ${value}. It must be 0 to 255.`,
      'SecurityGroupInvalidIcmpValue',
    );
  }
  return { portMin: type, portMax: code };
}

/** One address is a range of one. */
function readPrefix(given: string | null, ethertype: RuleContent['ethertype']): string | null {
  if (given === null) return null;
  const ip = parseIp(given);
  const cidr = parseCidr(ip === null ? given : `${given}/${ip.version === 4 ? 32 : 128}`);
  if (cidr === null) {
    throw invalidInput(`Invalid input for remote_ip_prefix. Reason: '${given}' is not a valid IP subnet.`);
  }
  if (ethertype !== (cidr.version === 4 ? 'IPv4' : 'IPv6')) {
    throw invalidInput(
      `Conflicting value ethertype ${ethertype} for CIDR ${given}`,
      'SecurityGroupRuleParameterConflict',
    );
  }
  return formatCidr(cidr);
}
