import { expect, it } from 'vitest';
import { deadlineIn } from '#platform/time/deadline.ts';

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));

it('is over after its time', async () => {
  const deadline = deadlineIn(5);
  expect([deadline.isOver, deadline.signal.aborted]).toEqual([false, false]);
  await aborted(deadline.signal);
  expect(deadline.isOver).toBe(true);
});

it('ends sooner, with the reason of that, and is not over then', async () => {
  const sooner = new AbortController();
  const deadline = deadlineIn(60_000, sooner.signal);
  sooner.abort(new Error('gone'));
  expect(deadline.signal.reason).toMatchObject({ message: 'gone' });
  expect(deadline.isOver).toBe(false);
  deadline.end();
  expect(deadlineIn(60_000, sooner.signal).signal.aborted).toBe(true);
});

it('aborts nothing once it was ended', async () => {
  const sooner = new AbortController();
  const deadline = deadlineIn(1, sooner.signal);
  deadline.end();
  sooner.abort();
  await aborted(deadlineIn(20).signal);
  expect([deadline.signal.aborted, deadline.isOver]).toEqual([false, false]);
});
