import { expect, it } from 'vitest';
import { compareSchedules } from './schedule-pairs.ts';

it('schedule decides as the reference does, whatever the request and however the hosts changed', () => {
  const { placed, difference } = compareSchedules(1, 4_000);
  expect(difference).toBeNull();
  expect(placed).toBeGreaterThan(900);
  expect(placed).toBeLessThan(3_500);
}, 60_000);
