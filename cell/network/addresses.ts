import { SocketAddress } from 'node:net';
import { formatIp, parseCidr, parseIp } from '#platform/objects/ip-address.ts';
import { netmask, prefixLength } from '../agent/metadata/netmask.ts';

export { netmask, prefixLength };

/** Addresses in the one way the kernel writes them (IPv6 has many). */
export const canonical = (address: string): string =>
  new SocketAddress({ address, family: address.includes(':') ? 'ipv6' : 'ipv4' }).address;

/** `10.0.0.0/24` → `10.0.0.0`. */
export const networkAddress = (cidr: string): string => canonical(cidr.slice(0, cidr.indexOf('/')));

/** As the kernel lists a destination: a single address has no length. */
export function destination(cidr: string): string {
  const address = networkAddress(cidr);
  const whole = address.includes(':') ? 128 : 32;
  return prefixLength(cidr) === whole ? address : `${address}/${prefixLength(cidr)}`;
}

/** The link-local address that the kernel gives a device of this MAC (RFC 4291, appendix A). */
export function linkLocal(mac: string): string {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac.split(':').map((byte) => Number.parseInt(byte, 16));
  const bytes = [a ^ 2, b, c, 0xff, 0xfe, d, e, f].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return canonical(`fe80::${bytes.match(/.{4}/g)?.join(':')}`);
}

/** The nth address of an IPv4 range. */
export function nthAddress(cidr: string, n: number): string {
  const base = networkAddress(cidr)
    .split('.')
    .reduce((sum, part) => sum * 256 + Number(part), 0);
  return [24, 16, 8, 0].map((shift) => ((base + n) >>> shift) & 255).join('.');
}

/** In the kernel's form, with its length and without bits beyond it, which the kernel refuses. */
export function rangeOf(cidr: string): string {
  const range = parseCidr(cidr);
  return range === null ? cidr : `${formatIp(range.version, range.first)}/${range.prefix}`;
}

export const versionOf = (text: string): 4 | 6 => (text.includes(':') ? 6 : 4);

export function isWithin(cidr: string, address: string): boolean {
  const [range, ip] = [parseCidr(cidr), parseIp(address)];
  if (range === null || ip === null || range.version !== ip.version) return false;
  return range.first <= ip.value && ip.value <= range.last;
}

const sign = (value: bigint): number => (value < 0n ? -1 : value > 0n ? 1 : 0);

/** The same addresses in as few ranges, sorted: no range is within another, so that a set of rules may have them as elements. */
export function widest(cidrs: readonly string[]): readonly string[] {
  const ranges = [...new Set(cidrs.map(rangeOf))].flatMap((text) => {
    const range = parseCidr(text);
    return range === null ? [] : [{ text, range }];
  });
  // Of two ranges one is within the other, or they have nothing in common. So the last one kept is the only one that may cover the next.
  ranges.sort(({ range: a }, { range: b }) => a.version - b.version || sign(a.first - b.first) || a.prefix - b.prefix);
  const kept: typeof ranges = [];
  for (const one of ranges) {
    const last = kept.at(-1)?.range;
    if (last?.version !== one.range.version || last.last < one.range.first) kept.push(one);
  }
  return kept.map(({ text }) => text).sort();
}
