import { isIP } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatIp, hostRange, overlaps, parseCidr, parseIp } from '#platform/objects/ip-address.ts';

test('every address of version 4 and 6 is read as it was written', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }), (value) => {
      const v4 = value & 0xffffffffn;
      expect(parseIp(formatIp(4, v4))).toEqual({ version: 4, value: v4 });
      const text = formatIp(6, value);
      expect(isIP(text)).toBe(6);
      expect(parseIp(text)).toEqual({ version: 6, value });
    }),
  );
});

test.each([
  ['::', 0n],
  ['::1', 1n],
  ['fd00:1::2', (0xfd00n << 112n) | (1n << 96n) | 2n],
  ['::ffff:10.0.0.1', 0xffff0a000001n],
])('%s', (text, value) => expect(parseIp(text)?.value).toBe(value));

test('the longest run of zeros is shortened, the first of equal ones', () => {
  expect(formatIp(6, parseIp('1:0:0:2:0:0:0:3')?.value ?? 0n)).toBe('1:0:0:2::3');
  expect(formatIp(6, parseIp('1:0:0:2:3:0:0:4')?.value ?? 0n)).toBe('1::2:3:0:0:4');
});

test.each(['10.0.0', '10.0.0.256', 'fe80::1%eth0', '', 'x'])('%j is no address', (text) =>
  expect(parseIp(text)).toBeNull(),
);
test.each(['10.0.0.0', '10.0.0.0/33', '10.0.0.0/8/8', '/8', 'fd00::/129', '10.0.0.0/x'])('%j is no subnet', (text) =>
  expect(parseCidr(text)).toBeNull(),
);

test('ranges', () => {
  const wide = parseCidr('10.0.0.0/8');
  const narrow = parseCidr('10.1.2.3/24');
  if (wide === null || narrow === null) throw new Error('not read');
  expect([wide.exact, narrow.exact]).toEqual([true, false]);
  expect(overlaps(wide, narrow)).toBe(true);
  expect(formatIp(4, hostRange(narrow).first)).toBe('10.1.2.1');
  expect(formatIp(4, hostRange(narrow).last)).toBe('10.1.2.254');
});
