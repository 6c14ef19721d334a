import { expect, test } from 'vitest';
import { parseUidRange } from '../../../cell/compute/uid-range.ts';
import { guestUids } from '../../../deploy/local/guest-uids.ts';

const rangeOf = (root: string, name: string) => parseUidRange(guestUids({ root }, { name }));

test('each cell of a region has user ids of its own for its guests, and so have two regions of a machine', () => {
  const ranges = ['/home/a/volvox', '/home/b/volvox'].flatMap((root) =>
    Array.from({ length: 50 }, (_, at) => rangeOf(root, `cell-${at + 1}`)),
  );
  const sorted = ranges.toSorted((a, b) => a.first - b.first);
  for (const [at, { last }] of sorted.entries()) expect(sorted[at + 1]?.first ?? Infinity).toBeGreaterThan(last);
});

test('a cell has the same ones at each start', () => {
  expect(guestUids({ root: '/r' }, { name: 'cell-2' })).toBe(guestUids({ root: '/r' }, { name: 'cell-2' }));
});
