import type { RuleContent } from '#platform/directory/stores/add-security-group-rule.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { formatCidr, parseCidr } from '#platform/objects/ip-address.ts';

export interface NewRule {
  readonly parent_group_id: string;
  readonly ip_protocol?: string | null;
  readonly from_port?: number | string | null;
  readonly to_port?: number | string | null;
  readonly cidr?: string | null;
  readonly group_id?: string | null;
}

const MAX_PORT = 65_535;
const MAX_ICMP = 255;

const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);

/**
 * Reads a rule for what comes in. A group's members come in with any protocol when none is given, and with all ports of one when none are given;
 * addresses need a protocol and ports. Nova opens everything when a part of a group's rule is missing; this refuses it.
 * @throws VolvoxError invalid, in Nova's words, naming the member and its value.
 */
export function readRule(given: NewRule): RuleContent {
  return { direction: 'ingress', description: '', remoteAddressGroupId: null, ...readContent(given) };
}

function readContent({
  ip_protocol,
  from_port,
  to_port,
  cidr,
  group_id,
}: NewRule): Omit<RuleContent, 'direction' | 'description' | 'remoteAddressGroupId'> {
  const [protocol, from, to, remoteGroupId] = [
    ip_protocol || null,
    from_port ?? null,
    to_port ?? null,
    group_id ?? null,
  ];
  const source = remoteGroupId === null ? readCidr(cidr ?? '') : { ethertype: 'IPv4' as const, remoteIpPrefix: null };
  const hasNoPorts = from === null && to === null;
  if (remoteGroupId !== null && protocol === null && hasNoPorts) {
    return { ...source, remoteGroupId, protocol: null, portMin: null, portMax: null };
  }
  if (protocol !== null && from !== null && to !== null) {
    return { ...source, remoteGroupId, ...readRange(protocol, from, to) };
  }
  if (remoteGroupId !== null && protocol !== null && hasNoPorts) {
    const isIcmp = protocolOf(protocol) === 'icmp';
    return { ...source, remoteGroupId, ...(isIcmp ? readRange(protocol, -1, -1) : readRange(protocol, 1, MAX_PORT)) };
  }
  throw invalid('Not enough parameters to build a valid rule: ip_protocol, from_port and to_port are needed.');
}

function protocolOf(given: string): 'tcp' | 'udp' | 'icmp' {
  const name = given.toLowerCase();
  if (name === 'tcp' || name === 'udp' || name === 'icmp') return name;
  throw invalid(`Invalid IP protocol ${given}. ip_protocol is tcp, udp or icmp.`);
}

/** -1 is any. @throws VolvoxError invalid */
function readRange(
  given: string,
  from: number | string,
  to: number | string,
): Pick<RuleContent, 'protocol' | 'portMin' | 'portMax'> {
  const isIcmp = given.toLowerCase() === 'icmp';
  const reason = isIcmp
    ? 'Type and Code must be integers for ICMP protocol type'
    : 'To and From ports must be integers';
  const numberOf = (member: string, value: number | string): number => {
    const read = typeof value === 'number' ? value : /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : Number.NaN;
    if (Number.isInteger(read)) return read;
    throw invalid(`Invalid input received: ${reason}: ${member} is '${value}'`);
  };
  const [first, last] = [numberOf('from_port', from), numberOf('to_port', to)];
  const protocol = protocolOf(given);
  const refuse = (why: string) => invalid(`Invalid port range ${first}:${last}. ${why}`);
  if (isIcmp) {
    if (Math.min(first, last) < -1 || Math.max(first, last) > MAX_ICMP) {
      throw refuse('For ICMP, the type:code must be valid');
    }
  } else {
    if (first > last) throw refuse('Former value cannot be greater than the later');
    if (first < 1 || last > MAX_PORT) throw refuse(`Valid ${protocol.toUpperCase()} ports should be between 1-65535`);
  }
  return { protocol, portMin: first === -1 ? null : first, portMax: last === -1 ? null : last };
}

/** No address at all is every IPv4 address. */
function readCidr(text: string): Pick<RuleContent, 'ethertype' | 'remoteIpPrefix'> {
  const given = text === '' ? '0.0.0.0/0' : decoded(text);
  const cidr = given.includes('/') ? parseCidr(given) : null;
  if (cidr === null) throw invalid(`${text} is not a valid IP network. It is the cidr of the rule.`);
  const prefix = formatCidr(cidr);
  if (cidr.prefix === 0 && !cidr.exact) throw invalid(`Bad prefix for network in cidr ${text}`);
  return { ethertype: cidr.version === 6 ? 'IPv6' : 'IPv4', remoteIpPrefix: prefix };
}

/** Nova takes `10.0.0.0%2F8`, too. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
