import { expect, test } from 'vitest';
import { parseUidRange } from '../../../cell/compute/uid-range.ts';
import { guestUids } from '../../../deploy/local/guest-uids.ts';

const rangeOf = (root: string, name: string, host: number) => parseUidRange(guestUids({ root }, { name }, host));

test('each host of a region has user ids of its own for its guests, and so have two regions of a machine', () => {
  const ranges = ['/home/a/volvox', '/home/b/volvox'].flatMap((root) =>
    Array.from({ length: 150 }, (_, at) => rangeOf(root, `cell-${(at % 50) + 1}`, Math.floor(at / 50))),
  );
  const sorted = ranges.toSorted((a, b) => a.first - b.first);
  for (const [at, { last }] of sorted.entries()) expect(sorted[at + 1]?.first ?? Infinity).toBeGreaterThan(last);
});

test('a host has the same ones at each start', () => {
  expect(guestUids({ root: '/r' }, { name: 'cell-2' }, 1)).toBe(guestUids({ root: '/r' }, { name: 'cell-2' }, 1));
});
