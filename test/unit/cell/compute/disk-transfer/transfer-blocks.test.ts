import { expect, test } from 'vitest';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Clock } from '#platform/time/clock.ts';
import { blockCount } from '../../../../../cell/compute/disk-transfer/disk-manifest.ts';
import { RetryBudget } from '../../../../../cell/compute/disk-transfer/retry-budget.ts';
import { type TransferOptions, transferBlocks } from '../../../../../cell/compute/disk-transfer/transfer-blocks.ts';
import { aDisk, blockOf, type FakeSource, fakeSource, memoryWriter } from './a-disk.ts';

/** Its sleeps take no time and count as if they had. */
function fastClock(): Clock {
  const time = { ms: 0 };
  return {
    now: () => time.ms,
    sleep: async (ms) => {
      time.ms += ms;
    },
  };
}

const unavailable = new VolvoxError('unavailable', 'broken off');

async function transfer(source: FakeSource, rest: Partial<TransferOptions> = {}, writer = memoryWriter()) {
  const clock = fastClock();
  const progress: number[] = [];
  const outcome = await transferBlocks({
    source,
    disks: [aDisk()],
    writerOf: () => writer,
    signal: new AbortController().signal,
    progress: (bytes) => progress.push(bytes),
    parallel: 2,
    commitBytes: 1,
    clock,
    retryBudget: new RetryBudget(60_000, clock),
    ...rest,
  }).then(
    (result) => ({ result, error: null }),
    (error: unknown) => ({ result: null, error: error as VolvoxError }),
  );
  return { ...outcome, writer, progress };
}

test('every block is fetched once, written where it belongs, and durable in the end', async () => {
  const source = fakeSource(() => undefined);
  const { result, writer, progress } = await transfer(source);
  expect(result).toEqual({ fetchedBytes: 18 });
  expect([...source.asked].sort()).toEqual([0, 1, 2, 3, 4]);
  for (let index = 0; index < blockCount(aDisk()); index++) {
    expect(writer.bytes.get(index)).toEqual(blockOf(aDisk(), index));
  }
  expect(writer.durable.size).toBe(5);
  expect(writer.closed()).toBe(true);
  expect(progress[0]).toBe(0);
  expect(progress.at(-1)).toBe(18);
});

test('zeros are written as zeros, and several disks are copied one after the other', async () => {
  const writers = { disk: memoryWriter(), swap: memoryWriter() };
  const disks = [aDisk(), aDisk({ name: 'swap', bytes: 4 })];
  const source = fakeSource((index) => (index === 0 ? { kind: 'zeros' } : undefined));
  const writerOf: TransferOptions['writerOf'] = ({ name }) => writers[name as 'disk' | 'swap'];
  const { result } = await transfer(source, { disks, writerOf });
  expect(result).toEqual({ fetchedBytes: 22 });
  expect(writers.disk.bytes.get(0)).toBeNull();
  expect(writers.swap.bytes.get(0)).toBeNull();
});

test('what an earlier attempt had made durable is not fetched again, and counts as progress', async () => {
  const source = fakeSource(() => undefined);
  const { result, progress } = await transfer(source, {}, memoryWriter([0, 2, 4]));
  expect([...source.asked].sort()).toEqual([1, 3]);
  expect(result).toEqual({ fetchedBytes: 8 });
  expect(progress).toEqual([10, 14, 18]);
});

test('a block that does not come is asked for again, until nothing came for a minute', async () => {
  const shaky = fakeSource((index, times) => (index === 2 && times < 6 ? unavailable : undefined));
  expect((await transfer(shaky)).result).toEqual({ fetchedBytes: 18 });

  const dead = fakeSource((index) => (index === 2 ? unavailable : undefined));
  const { error, writer } = await transfer(dead);
  expect(error?.kind).toBe('unavailable');
  expect(error?.message).toMatch(/60 s: broken off/);
  // What came is kept for the next attempt.
  expect([...writer.durable].sort()).toEqual([0, 1, 3, 4]);
  expect(dead.asked.filter((index) => index === 2).length).toBeGreaterThan(20);
});

test('a damaged block is fetched again; the third time it is named', async () => {
  const damaged = { kind: 'damaged', reason: 'its checksum is wrong' } as const;
  const twice = fakeSource((index, times) => (index === 3 && times < 3 ? damaged : undefined));
  const { result, writer } = await transfer(twice);
  expect(result).toEqual({ fetchedBytes: 18 });
  expect(writer.bytes.get(3)).toEqual(blockOf(aDisk(), 3));

  const always = fakeSource((index) => (index === 3 ? damaged : undefined));
  const failed = await transfer(always);
  expect(failed.error?.message).toBe('Block 3 of the disk disk came damaged: its checksum is wrong.');
  expect(failed.writer.durable.has(3)).toBe(false);
  expect(always.asked.filter((index) => index === 3)).toHaveLength(3);
});

test.each(['conflict', 'unauthenticated', 'not-found'] as const)('%s ends the transfer at once', async (kind) => {
  const source = fakeSource((index) => (index === 1 ? new VolvoxError(kind, 'no') : undefined));
  const { error, writer } = await transfer(source, { parallel: 1 });
  expect(error?.kind).toBe(kind);
  expect(source.asked).toEqual([0, 1]);
  expect([...writer.durable]).toEqual([0]);
});

test('an abort ends it soon; what was written is durable, and the writer closed', async () => {
  const abort = new AbortController();
  const source = fakeSource((index) => {
    if (index === 2) abort.abort(new Error('enough'));
    return undefined;
  });
  const { error, writer } = await transfer(source, { signal: abort.signal, parallel: 1, commitBytes: 1_000_000 });
  expect(error?.message).toBe('enough');
  expect([...writer.durable].sort()).toEqual([0, 1]);
  expect(writer.closed()).toBe(true);
});

test('a disk that cannot be written ends it with what the disk said', async () => {
  const writer = memoryWriter();
  const full = { ...writer, commit: async () => Promise.reject(new Error('ENOSPC')) };
  const { error } = await transfer(
    fakeSource(() => undefined),
    { writerOf: () => full },
  );
  expect(error?.message).toBe('ENOSPC');
});
