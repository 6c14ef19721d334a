import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planSubnet, withoutAddresses } from '../../../../api/network/subnets/plan-subnet.ts';

const requested = (cidr: string, rest: object = {}) =>
  ({ cidr, ipVersion: 4, gatewayIp: undefined, pools: undefined, ...rest }) as const;

test('the gateway is the first address; the pool is the rest', () => {
  expect(planSubnet(requested('192.168.0.0/24'))).toEqual({
    cidr: '192.168.0.0/24',
    gatewayIp: '192.168.0.1',
    pools: [{ start: '192.168.0.2', end: '192.168.0.254' }],
  });
});

test('a gateway in the middle parts the pool; none leaves it whole', () => {
  expect(planSubnet(requested('10.0.0.0/29', { gatewayIp: '10.0.0.3' })).pools).toEqual([
    { start: '10.0.0.1', end: '10.0.0.2' },
    { start: '10.0.0.4', end: '10.0.0.6' },
  ]);
  expect(planSubnet(requested('10.0.0.0/29', { gatewayIp: null })).pools).toEqual([
    { start: '10.0.0.1', end: '10.0.0.6' },
  ]);
});

test('pools that overlap are refused', () => {
  const pools = [
    { start: '10.0.0.2', end: '10.0.0.10' },
    { start: '10.0.0.10', end: '10.0.0.20' },
  ];
  expect(() => planSubnet(requested('10.0.0.0/24', { pools }))).toThrow('overlapping');
});

test('taking addresses out of ranges leaves exactly the others', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 40 })), fc.integer({ min: 0, max: 20 }), (taken, first) => {
      const range = { first: BigInt(first), last: BigInt(first + 20) };
      const rest = withoutAddresses([range], taken.map(BigInt));
      const left = rest.flatMap((part) =>
        Array.from({ length: Number(part.last - part.first) + 1 }, (_, index) => Number(part.first) + index),
      );
      const all = Array.from({ length: 21 }, (_, index) => first + index);
      expect(left).toEqual(all.filter((address) => !taken.includes(address)));
    }),
  );
});
