import { expect, test } from 'vitest';
import { untilAborted } from '../../../platform/time/until-aborted.ts';
import { untakenRejections } from '../../support/untaken-rejections.ts';

const never = new AbortController().signal;

test('it gives what the work gives', async () => {
  expect(await untilAborted(Promise.resolve(7), never)).toBe(7);
  await expect(untilAborted(Promise.reject(new Error('broken')), never)).rejects.toThrow('broken');
});

test('it ends with the signal, and the work goes on', async () => {
  const work = Promise.withResolvers<number>();
  const gone = new AbortController();
  const waiting = untilAborted(work.promise, gone.signal);
  gone.abort(new Error('gone'));
  await expect(waiting).rejects.toThrow('gone');
  work.resolve(7);
  expect(await work.promise).toBe(7);
});

test.each(['before', 'while'] as const)(
  'work that fails after the signal aborted %s it began leaves no untaken rejection',
  async (when) => {
    const untaken = await untakenRejections(async () => {
      const work = Promise.withResolvers<number>();
      const gone = new AbortController();
      if (when === 'before') gone.abort(new Error('gone'));
      const waiting = untilAborted(work.promise, gone.signal);
      gone.abort(new Error('gone'));
      await expect(waiting).rejects.toThrow('gone');
      work.reject(new Error('broken later'));
    });
    expect(untaken).toEqual([]);
  },
);
