import { expect, it } from 'vitest';
import { allEnded } from '#platform/lifecycle/all-ended.ts';

const failing = (reason: string) => Promise.reject(new Error(reason));

it('waits for those that go on when one has failed, and throws its error', async () => {
  let end: () => void = () => undefined;
  let isOver = false;
  const slow = new Promise<void>((resolve) => {
    end = resolve;
  });
  const all = allEnded([failing('one'), slow]).finally(() => {
    isOver = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(isOver).toBe(false);
  end();
  await expect(all).rejects.toThrowError('one');
});

it('throws all errors when several have failed', async () => {
  const all = allEnded([failing('one'), Promise.resolve(), failing('two')]);
  await expect(all).rejects.toMatchObject({
    message: '2 of 3 failed',
    errors: [expect.objectContaining({ message: 'one' }), expect.objectContaining({ message: 'two' })],
  });
});
