/**
 * Protocols above IP, by the names that the Networking API takes for them (IANA), and the ports that rules of security groups name. Pure. The
 * system's own list of names may be missing.
 */
const NUMBERS: Readonly<Record<string, number>> = {
  ...{ icmp: 1, igmp: 2, ipip: 4, tcp: 6, egp: 8, udp: 17, dccp: 33, 'ipv6-encap': 41, 'ipv6-route': 43 },
  ...{ 'ipv6-frag': 44, rsvp: 46, gre: 47, esp: 50, ah: 51, icmpv6: 58, 'ipv6-icmp': 58, 'ipv6-nonxt': 59 },
  ...{ 'ipv6-opts': 60, ospf: 89, vrrp: 112, pgm: 113, sctp: 132, udplite: 136 },
};
export const ICMP = 1;
export const ICMPV6 = 58;
/** TCP, UDP, DCCP, SCTP, UDP-Lite. */
const WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);
const MAX_BYTE = 255;
const MAX_PORT = 65_535;

/** The number of a protocol given by name or number; null: any; undefined: not known. In a rule for IPv6 either name means ICMPv6. */
export function protocolNumber(given: string | null, ethertype: 'IPv4' | 'IPv6'): number | null | undefined {
  const text = given?.toLowerCase() ?? 'any';
  if (text === 'any' || text === '0' || text === 'ip') return null;
  const number = /^\d{1,3}$/.test(text) ? Number(text) : NUMBERS[text];
  if (number === ICMP && ethertype === 'IPv6') return ICMPV6;
  return number !== undefined && number <= MAX_BYTE ? number : undefined;
}

export interface PortRange {
  readonly from: number;
  readonly to: number;
}

/** The ports that a rule names; null: any; undefined: none. ICMP has type × 256 + code where other protocols have the port. */
export function rulePorts(
  protocol: number,
  { portMin, portMax }: { readonly portMin: number | null; readonly portMax: number | null },
): PortRange | null | undefined {
  if (portMin === null && portMax === null) return null;
  if (isIcmp(protocol)) {
    if (portMin === null || portMin > MAX_BYTE || (portMax ?? 0) > MAX_BYTE) return undefined;
    return ordered(portMin * 256 + (portMax ?? 0), portMin * 256 + (portMax ?? MAX_BYTE));
  }
  return WITH_PORTS.has(protocol) ? ordered(portMin ?? 0, portMax ?? MAX_PORT) : undefined;
}

/** Of either version. */
export const isIcmp = (protocol: number): boolean => protocol === ICMP || protocol === ICMPV6;

const ordered = (from: number, to: number): PortRange | undefined =>
  from > to || to > MAX_PORT ? undefined : { from, to };
