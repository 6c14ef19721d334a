import { describe, expect, it } from 'vitest';
import { overlaps, parseCidr } from '#platform/objects/ip-address.ts';
import { takePrefix } from '../../../../../api/network/subnetpools/take-prefix.ts';
import { Random } from '../../../../simulation/kernel/random.ts';

const pool = {
  ipVersion: 4 as const,
  prefixes: ['10.0.0.0/16', '192.168.0.0/24'],
  minPrefixlen: 8,
  maxPrefixlen: 32,
  defaultPrefixlen: 24,
  defaultQuota: null,
};
const any = { projectId: 'p', cidr: undefined, prefixlen: undefined };
const taken = (...cidrs: string[]) => cidrs.map((cidr) => ({ cidr, projectId: 'p' }));

describe('the range of a subnet out of a pool', () => {
  it.each([
    [[], undefined, '10.0.0.0/24'],
    [['10.0.0.0/24'], undefined, '10.0.1.0/24'],
    [['10.0.0.0/26'], 26, '10.0.0.64/26'],
    [['10.0.0.0/26'], 24, '10.0.1.0/24'],
    [['10.0.0.0/26', '10.0.0.128/26'], 26, '10.0.0.64/26'],
    [['10.0.1.0/24', '10.0.0.0/24'], 23, '10.0.2.0/23'],
    [['10.0.0.0/17', '10.0.128.0/17'], 25, '192.168.0.0/25'],
    [['10.0.0.5/32'], 32, '10.0.0.0/32'],
  ] as const)('%j in use, %s bits: %s', (used, prefixlen, expected) => {
    expect(takePrefix(pool, taken(...used), { ...any, prefixlen })).toBe(expected);
  });

  it('is the one that was asked for, while it is free and the pool has it', () => {
    expect(takePrefix(pool, [], { ...any, cidr: '10.0.7.9/24' })).toBe('10.0.7.0/24');
    for (const cidr of ['10.0.0.0/23', '10.0.0.128/25', '11.0.0.0/24', 'fd00::/32', '10.0.0.0/15']) {
      expect(() => takePrefix(pool, taken('10.0.0.0/24'), { ...any, cidr })).toThrow('available set of prefixes');
    }
  });

  it('keeps the bounds of the pool, and the quota of the project', () => {
    const small = { ...pool, minPrefixlen: 20, maxPrefixlen: 28, defaultQuota: 512 };
    expect(() => takePrefix(small, [], { ...any, prefixlen: 19 })).toThrow('minimum allowed prefix is 20');
    expect(() => takePrefix(small, [], { ...any, prefixlen: 29 })).toThrow('maximum allowed prefix is 28');
    expect(takePrefix(small, taken('10.0.0.0/24'), any)).toBe('10.0.1.0/24');
    expect(() => takePrefix(small, taken('10.0.0.0/24', '10.0.1.0/25'), any)).toThrow('quota exceeded');
    expect(takePrefix(small, [{ cidr: '10.0.0.0/23', projectId: 'other' }], any)).toBe('10.0.2.0/24');
    const six = { ...pool, ipVersion: 6 as const, prefixes: ['fd00::/48'], minPrefixlen: 56, defaultPrefixlen: 64 };
    const quota = { ...six, maxPrefixlen: 128, defaultQuota: 2 };
    expect(takePrefix(quota, taken('fd00::/64'), any)).toBe('fd00:0:0:1::/64');
    expect(() => takePrefix(quota, taken('fd00::/64'), { ...any, prefixlen: 62 })).toThrow('quota exceeded');
  });

  it('never overlaps, and fills the pool to the last address', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const random = new Random(seed);
      const small = { ...pool, prefixes: ['10.0.0.0/27', '10.0.1.0/28'] };
      const used: string[] = [];
      for (;;) {
        const prefixlen = 28 + Math.floor(random.next() * 5);
        try {
          used.push(takePrefix(small, taken(...used), { ...any, prefixlen }));
        } catch {
          if (prefixlen === 32) break;
        }
      }
      const cidrs = used.flatMap((cidr) => parseCidr(cidr) ?? []);
      cidrs.forEach((one, at) => {
        expect(cidrs.slice(at + 1).some((other) => overlaps(one, other))).toBe(false);
      });
      expect(cidrs.reduce((sum, { first, last }) => sum + last - first + 1n, 0n)).toBe(48n);
    }
  });
});
