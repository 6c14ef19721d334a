import type { SubnetPoolRecord } from '#platform/directory/stores/subnet-pools.ts';
import { type Cidr, formatCidr, overlaps, parseCidr } from '#platform/objects/ip-address.ts';
import { conflicting, invalidInput } from '../policy.ts';

/** Chooses the range of a subnet out of its pool. Pure. */
interface Taken {
  readonly cidr: string;
  readonly projectId: string;
}
interface Request {
  /** The project of the subnet. */
  readonly projectId: string;
  /** The range to take; undefined: the first free one. */
  readonly cidr: string | undefined;
  /** Undefined: the pool's default. */
  readonly prefixlen: number | undefined;
}
type Pool = Pick<
  SubnetPoolRecord,
  'ipVersion' | 'prefixes' | 'minPrefixlen' | 'maxPrefixlen' | 'defaultPrefixlen' | 'defaultQuota'
>;

/** @throws VolvoxError invalid (a length out of bounds, a range that is not the pool's), conflict (nothing is free, the quota). */
export function takePrefix(pool: Pool, taken: readonly Taken[], { projectId, cidr, prefixlen }: Request): string {
  const used = cidrsOf(taken.map((one) => one.cidr));
  const asked = cidr === undefined ? null : parseCidr(cidr);
  if (cidr !== undefined && asked === null) {
    throw invalidInput(`Invalid input for cidr. Reason: '${cidr}' is not a valid IP subnet.`);
  }
  const length = asked?.prefix ?? prefixlen ?? pool.defaultPrefixlen;
  requireLength(pool, length);
  const found = asked === null ? firstFree(pool, used, length) : requireFree(pool, used, asked);
  requireQuota(
    pool,
    taken.filter((one) => one.projectId === projectId).map((one) => one.cidr),
    found,
  );
  return formatCidr(found);
}

const cidrsOf = (texts: readonly string[]): readonly Cidr[] => texts.flatMap((text) => parseCidr(text) ?? []);

function requireLength({ minPrefixlen, maxPrefixlen }: Pool, length: number): void {
  if (length < minPrefixlen) {
    throw invalidInput(
      `Unable to allocate subnet with prefix length ${length}, minimum allowed prefix is ${minPrefixlen}.`,
      'MinPrefixSubnetAllocationError',
    );
  }
  if (length > maxPrefixlen) {
    throw invalidInput(
      `Unable to allocate subnet with prefix length ${length}, maximum allowed prefix is ${maxPrefixlen}.`,
      'MaxPrefixSubnetAllocationError',
    );
  }
}

function firstFree({ ipVersion, prefixes }: Pool, used: readonly Cidr[], length: number): Cidr {
  const size = 1n << BigInt((ipVersion === 4 ? 32 : 128) - length);
  const sorted = [...used].sort((a, b) => (a.first < b.first ? -1 : 1));
  for (const range of cidrsOf(prefixes)) {
    // A range begins at a multiple of its size; behind what is in use it goes on at the next multiple.
    let first = range.first;
    for (const one of sorted) {
      if (one.last < first) continue;
      if (one.first > first + size - 1n) break;
      first = ((one.last + size) / size) * size;
    }
    const last = first + size - 1n;
    if (last <= range.last) return { version: ipVersion, prefix: length, first, last };
  }
  throw conflicting(
    `Failed to allocate subnet: Insufficient prefix space to allocate subnet size /${length}.`,
    'SubnetAllocationError',
  );
}

function requireFree({ ipVersion, prefixes }: Pool, used: readonly Cidr[], asked: Cidr): Cidr {
  const isIn = cidrsOf(prefixes).some((one) => one.first <= asked.first && one.last >= asked.last);
  if (asked.version === ipVersion && isIn && !used.some((one) => overlaps(one, asked))) return asked;
  throw conflicting(
    `Failed to allocate subnet: Cannot allocate requested subnet ${formatCidr(asked)} from the available set of prefixes.`,
    'SubnetAllocationError',
  );
}

function requireQuota({ ipVersion, defaultQuota }: Pool, own: readonly string[], asked: Cidr): void {
  if (defaultQuota === null) return;
  const unit = ipVersion === 4 ? 1n : 1n << 64n;
  const amount = [...cidrsOf(own), asked].reduce((sum, one) => sum + (one.last - one.first + 1n), 0n);
  if (amount <= BigInt(defaultQuota) * unit) return;
  throw conflicting('Per-tenant subnet pool prefix quota exceeded.', 'SubnetPoolQuotaExceeded');
}
