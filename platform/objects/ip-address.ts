import { isIP } from 'node:net';

/**
 * Addresses as numbers. Pure. An address is a BigInt of 32 or 128 bits; the version next to it says which.
 */
export type IpVersion = 4 | 6;

export interface Cidr {
  readonly version: IpVersion;
  readonly first: bigint;
  readonly last: bigint;
  readonly prefix: number;
}

const BITS = { 4: 32, 6: 128 } as const;

/** @returns null for anything that is not an address. */
export function parseIp(text: string): { version: IpVersion; value: bigint } | null {
  const version = isIP(text);
  if (version === 4) return { version, value: fromParts(text.split('.').map(Number), 8n) };
  if (version === 6 && !text.includes('%')) return { version, value: fromParts(groupsOf(text), 16n) };
  return null;
}

const fromParts = (parts: readonly number[], bits: bigint): bigint =>
  parts.reduce((value, part) => (value << bits) | BigInt(part), 0n);

/** The eight groups of an address of version 6, with `::` and a dotted tail written out. */
function groupsOf(text: string): number[] {
  const dotted = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const plain =
    dotted === null
      ? text
      : `${dotted[1]}${((Number(dotted[2]) << 8) | Number(dotted[3])).toString(16)}:${((Number(dotted[4]) << 8) | Number(dotted[5])).toString(16)}`;
  const [head = '', tail] = plain.split('::');
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const before = groups(head);
  if (tail === undefined) return before;
  const after = groups(tail);
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** The address as people write it: dotted, or RFC 5952 (lower case, the longest run of zeros shortened). */
export function formatIp(version: IpVersion, value: bigint): string {
  if (version === 4) return [24n, 16n, 8n, 0n].map((shift) => Number((value >> shift) & 255n)).join('.');
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - index * 16)) & 0xffffn).toString(16));
  const zeros = [
    ...groups
      .map((group) => (group === '0' ? '0' : '-'))
      .join('')
      .matchAll(/0{2,}/g),
  ];
  const longest = zeros.reduce<RegExpMatchArray | null>(
    (best, run) => (run[0].length > (best?.[0].length ?? 0) ? run : best),
    null,
  );
  if (longest === null) return groups.join(':');
  const at = longest.index ?? 0;
  return `${groups.slice(0, at).join(':')}::${groups.slice(at + longest[0].length).join(':')}`;
}

/** The form in which an address is stored, compared and shown, whichever way it was written; null for what is none. */
export function canonicalIp(text: string): string | null {
  const ip = parseIp(text);
  return ip === null ? null : formatIp(ip.version, ip.value);
}

/** @returns null unless it is `address/prefix`. Bits beyond the prefix are dropped; `exact` says whether there were none. */
export function parseCidr(text: string): (Cidr & { readonly exact: boolean }) | null {
  const [address = '', length = '', ...rest] = text.split('/');
  const ip = parseIp(address);
  if (ip === null || rest.length > 0 || !/^\d{1,3}$/.test(length)) return null;
  const bits = BITS[ip.version];
  const prefix = Number(length);
  if (prefix > bits) return null;
  const host = (1n << BigInt(bits - prefix)) - 1n;
  const first = ip.value & ~host;
  return { version: ip.version, first, last: first | host, prefix, exact: first === ip.value };
}

export const formatCidr = (cidr: Cidr): string => `${formatIp(cidr.version, cidr.first)}/${cidr.prefix}`;
export const contains = (range: { first: bigint; last: bigint }, value: bigint): boolean =>
  value >= range.first && value <= range.last;
export const overlaps = (a: { first: bigint; last: bigint }, b: { first: bigint; last: bigint }): boolean =>
  a.first <= b.last && b.first <= a.last;

/** What a subnet can give to ports: without the network's own address and, in version 4, the broadcast address. */
export function hostRange(cidr: Cidr): { first: bigint; last: bigint } {
  const size = cidr.last - cidr.first + 1n;
  if (size <= 2n) return { first: cidr.first, last: cidr.last };
  return { first: cidr.first + 1n, last: cidr.version === 4 ? cidr.last - 1n : cidr.last };
}
