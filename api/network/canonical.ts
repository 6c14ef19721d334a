import { formatCidr, formatIp, parseCidr, parseIp } from '#platform/objects/ip-address.ts';

/** Addresses are stored and shown in one form each: dotted, or RFC 5952. Filters are compared in that form. */

/** @returns the text as it is when it is no address. */
export function canonicalIp(text: string): string {
  const ip = parseIp(text);
  return ip === null ? text : formatIp(ip.version, ip.value);
}

/** Bits beyond the prefix are dropped. @returns the text as it is when it is no `address/prefix`. */
export function canonicalCidr(text: string): string {
  const cidr = parseCidr(text);
  return cidr === null ? text : formatCidr(cidr);
}

export const canonicalMac = (text: string): string => text.toLowerCase();
