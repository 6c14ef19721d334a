import { expect, test } from 'vitest';
import { rotation } from '../../../../cell/network/drivers/linux/rotation.ts';

test('each call chooses the next ones, and every one has its turn', () => {
  const next = rotation(2);
  const all = ['a', 'b', 'c', 'd', 'e'];
  expect([next(all), next(all), next(all)]).toEqual([
    ['a', 'b'],
    ['c', 'd'],
    ['e', 'a'],
  ]);
});

test('a few are chosen at each call, and what has gone is passed over', () => {
  const next = rotation(3);
  expect(next(['a', 'b'])).toEqual(['a', 'b']);
  expect(next(['a', 'b'])).toEqual(['a', 'b']);
  expect(next(['c'])).toEqual(['c']);
  expect(next([])).toEqual([]);
  expect(next(['a', 'b', 'c', 'd'])).toEqual(['a', 'b', 'c']);
});
