import { expect, test } from 'vitest';
import { reservedBecause } from '../../../../api/network/subnets/reserved-ranges.ts';
import { parseCidr } from '../../../../platform/objects/ip-address.ts';

const reasonFor = (range: string, hosts: readonly string[] = []): string | null => {
  const cidr = parseCidr(range);
  if (cidr === null) throw new Error(`${range} is no range`);
  return reservedBecause(cidr, hosts);
};

test.each([
  ['127.0.0.0/24', 'Loopback'],
  ['224.0.0.0/24', 'Multicast'],
  ['239.255.0.0/16', 'Multicast'],
  ['169.254.169.254/32', 'Link-local'],
  ['169.254.0.0/24', 'Link-local'],
  ['168.0.0.0/6', 'Link-local'],
  ['0.0.0.0/24', 'Unspecified'],
  ['240.0.0.0/24', 'Reserved'],
  ['255.255.255.0/24', 'Reserved'],
  ['128.0.0.0/1', 'Link-local'],
  ['::/64', 'Loopback'],
  ['::ffff:10.0.0.0/120', 'Reserved'],
  ['fe80::/64', 'Link-local'],
  ['febf:ffff::/64', 'Link-local'],
  ['ff02::/64', 'Multicast'],
])('%s is no range of a subnet: %s', (range, kind) => {
  expect(reasonFor(range)).toMatch(new RegExp(`^${kind} `));
});

test.each(['10.0.0.0/8', '100.64.0.0/10', '126.0.0.0/8', '169.253.0.0/16', '169.255.0.0/16', '223.255.255.0/24'])(
  '%s may be one',
  (range) => expect(reasonFor(range)).toBeNull(),
);
test.each(['fd00::/64', '2001:db8::/64', 'fec0::/64', '64:ff9b::/96'])('%s may be one', (range) => {
  expect(reasonFor(range)).toBeNull();
});

test("the hosts' own ranges are refused by name, in either direction of the overlap", () => {
  expect(reasonFor('100.64.0.0/24', ['100.64.0.0/30'])).toContain('100.64.0.0/30');
  expect(reasonFor('10.1.2.0/24', ['fd00::/8', '10.1.0.0/16'])).toContain('10.1.0.0/16');
  expect(reasonFor('10.2.0.0/24', ['10.1.0.0/16'])).toBeNull();
});
