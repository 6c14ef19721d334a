import { describe, expect, it } from 'vitest';
import { addressGroup, budgetKeyOf } from '../../../../api/budgets/budget-key.ts';
import { TokenBuckets } from '../../../../api/budgets/token-buckets.ts';

describe('a token bucket for each key', () => {
  const buckets = () => new TokenBuckets({ perSecond: 10, burst: 3, maxKeys: 2 });

  it('gives a burst, then as many as the rate, and says when the next one comes', () => {
    const one = buckets();
    expect([0, 0, 0].map((now) => one.take('a', now))).toEqual([0, 0, 0]);
    expect(one.take('a', 0)).toBe(100);
    expect(one.take('b', 0)).toBe(0);
    expect(one.take('a', 100)).toBe(0);
    expect(one.take('a', 100)).toBeGreaterThan(0);
  });

  it('never saves up more than the burst, and takes no harm from a clock that goes back', () => {
    const one = buckets();
    one.take('a', 100_000);
    expect([0, 0].map(() => one.take('a', 50_000))).toEqual([0, 0]);
    expect([0, 0, 0].map(() => one.take('a', 900_000))).toEqual([0, 0, 0]);
    expect(one.take('a', 900_000)).toBeGreaterThan(0);
  });
});

describe('the budget of a request', () => {
  it("is its project's, its user's or its address's", () => {
    expect(budgetKeyOf({ projectId: 'p', userId: 'u' }, '10.0.0.1')).toBe('project:p');
    expect(budgetKeyOf({ projectId: '', userId: 'u' }, '10.0.0.1')).toBe('user:u');
    expect(budgetKeyOf({ projectId: '', userId: '' }, '10.0.0.1')).toBe('address:10.0.0.1');
  });

  it.each([
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::ffff', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80::/64'],
    ['', 'unknown'],
  ])('%s belongs to %s', (address, group) => expect(addressGroup(address)).toBe(group));
});
