import { expect, it } from 'vitest';
import { LatestAnswer } from '#platform/lifecycle/latest-answer.ts';

it('takes answers in the order of their questions, and drops one that comes after that of a later question', async () => {
  const latest = new LatestAnswer();
  const slow = Promise.withResolvers<string>();
  const first = latest.to(() => slow.promise);
  expect(await latest.to(async () => 'new')).toBe('new');
  slow.resolve('old');
  expect(await first).toBeUndefined();
  expect(await latest.to(async () => 'newer')).toBe('newer');
});

it('goes on after a question that failed', async () => {
  const latest = new LatestAnswer();
  await expect(latest.to(() => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(await latest.to(async () => 'there')).toBe('there');
});
