import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCidr } from '#platform/objects/ip-address.ts';
import { isWithin, widest } from '../../../../cell/network/addresses.ts';

describe('ranges for a set of rules', () => {
  it('are those that no other covers, in the form of the kernel', () => {
    expect(widest(['10.1.2.0/24', '10.0.0.0/8', '10.0.0.0/8', '10.1.2.9/24'])).toEqual(['10.0.0.0/8']);
    expect(widest(['10.1.0.0/16', '10.2.0.0/16', 'FD00:1:0::/64', '::/0'])).toEqual([
      ...['10.1.0.0/16', '10.2.0.0/16', '::/0'],
    ]);
    expect(widest(['0.0.0.0/0', 'fd00::/64'])).toEqual(['0.0.0.0/0', 'fd00::/64']);
  });

  it('cover the same addresses, and none twice', () => {
    const cidr = fc
      .tuple(fc.nat({ max: 7 }), fc.integer({ min: 24, max: 32 }))
      .map(([n, length]) => `10.0.${n}.${n}/${length}`);
    fc.assert(
      fc.property(fc.array(cidr), fc.array(fc.nat({ max: 7 })), (cidrs, hosts) => {
        const ranges = widest(cidrs);
        for (const n of hosts) {
          const address = `10.0.${n}.${n}`;
          const covering = ranges.filter((one) => isWithin(one, address));
          expect(covering.length).toBe(cidrs.some((one) => isWithin(one, address)) ? 1 : 0);
        }
        expect(ranges.every((one) => parseCidr(one)?.exact)).toBe(true);
      }),
    );
  });

  it('have addresses of their own family only', () => {
    expect([isWithin('10.0.0.0/8', '10.9.9.9'), isWithin('10.0.0.0/8', '11.0.0.1')]).toEqual([true, false]);
    expect([isWithin('::/0', '10.0.0.1'), isWithin('0.0.0.0/0', 'fd00::1'), isWithin('nothing', '10.0.0.1')]).toEqual([
      ...[false, false, false],
    ]);
  });
});
