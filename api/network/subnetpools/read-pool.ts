import type { SubnetPoolRecord } from '#platform/directory/stores/subnet-pools.ts';
import { type Cidr, formatCidr, overlaps, parseCidr } from '#platform/objects/ip-address.ts';
import { invalidInput } from '../policy.ts';
import type { SubnetPoolUpdate } from './schema.ts';

/** Reads what a request says of a pool. Pure. */
type Ranges = Pick<SubnetPoolRecord, 'ipVersion' | 'prefixes' | 'minPrefixlen' | 'maxPrefixlen' | 'defaultPrefixlen'>;
type Given = SubnetPoolUpdate['subnetpool'];

/** Neutron's defaults. */
const BOUNDS = { 4: { min: 8, max: 32 }, 6: { min: 64, max: 128 } } as const;

/** @param before the pool that changes; undefined: a new one. @throws VolvoxError invalid, naming what is wrong. */
export function readRanges(given: Given, before?: Ranges): Ranges {
  const cidrs = given.prefixes === undefined ? undefined : readPrefixes(given.prefixes);
  const prefixes = cidrs?.map(formatCidr) ?? before?.prefixes ?? [];
  const ipVersion = before?.ipVersion ?? cidrs?.[0]?.version ?? 4;
  if (cidrs?.some(({ version }) => version !== ipVersion)) {
    throw invalidInput('Cannot mix IPv4 and IPv6 prefixes in a subnet pool.', 'PrefixVersionMismatch');
  }
  if (before !== undefined && cidrs !== undefined) requireAllOf(before.prefixes, cidrs);
  const { min, max } = BOUNDS[ipVersion];
  const minPrefixlen = numberOf(given.min_prefixlen) ?? before?.minPrefixlen ?? min;
  const maxPrefixlen = numberOf(given.max_prefixlen) ?? before?.maxPrefixlen ?? max;
  const defaultPrefixlen = numberOf(given.default_prefixlen) ?? before?.defaultPrefixlen ?? minPrefixlen;
  if (maxPrefixlen > max) throw outOfBounds('max_prefixlen', maxPrefixlen, 'at most', max);
  if (minPrefixlen > maxPrefixlen)
    throw outOfBounds('min_prefixlen', minPrefixlen, 'at most max_prefixlen,', maxPrefixlen);
  if (defaultPrefixlen < minPrefixlen) {
    throw outOfBounds('default_prefixlen', defaultPrefixlen, 'at least min_prefixlen,', minPrefixlen);
  }
  if (defaultPrefixlen > maxPrefixlen) {
    throw outOfBounds('default_prefixlen', defaultPrefixlen, 'at most max_prefixlen,', maxPrefixlen);
  }
  return { ipVersion, prefixes, minPrefixlen, maxPrefixlen, defaultPrefixlen };
}

const numberOf = (given: number | string | undefined): number | undefined =>
  given === undefined ? undefined : Number(given);

const outOfBounds = (field: string, value: number, than: string, bound: number) =>
  invalidInput(
    `Illegal prefix bounds: ${field} is ${value}, but must be ${than} ${bound}.`,
    'IllegalSubnetPoolPrefixBounds',
  );

/** In order; a range that lies in another one, or that is there twice, is left out. @throws VolvoxError invalid */
function readPrefixes(given: readonly string[]): readonly Cidr[] {
  const cidrs = given.map((text) => {
    const cidr = parseCidr(text);
    if (cidr === null) throw invalidInput(`Invalid input for prefixes. Reason: '${text}' is not a valid IP subnet.`);
    if (cidr.prefix === 0) throw invalidInput('Invalid input for prefixes. Reason: a prefix of 0 bits is not allowed.');
    return cidr;
  });
  const sorted = cidrs.sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : a.prefix - b.prefix));
  // Two ranges that begin at powers of two either are apart, or one has the other in it.
  return sorted.filter(
    (cidr, at) => !sorted.slice(0, at).some((one) => one.version === cidr.version && overlaps(one, cidr)),
  );
}

/** @throws VolvoxError invalid when a range that the pool has would go. */
function requireAllOf(before: readonly string[], after: readonly Cidr[]): void {
  const isIn = (text: string) => {
    const cidr = parseCidr(text);
    return cidr !== null && after.some((one) => one.first <= cidr.first && one.last >= cidr.last);
  };
  const missing = before.filter((text) => !isIn(text));
  if (missing.length === 0) return;
  throw invalidInput(
    `Illegal update to prefixes: the pool keeps ${missing.join(', ')}; ranges may only be added.`,
    'IllegalSubnetPoolPrefixUpdate',
  );
}
