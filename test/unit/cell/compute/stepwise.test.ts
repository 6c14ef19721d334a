import { expect, test } from 'vitest';
import { stepwise } from '../../../../cell/compute/stepwise.ts';

const BYTES = { totalBytes: 100, sentBytes: 0, remainingBytes: 0 };
const outgoing = { id: 'one', state: 'sending', memory: BYTES, disks: BYTES, message: '' } as const;

function aTeller() {
  const told: number[] = [];
  let atMs = 0;
  const progress = stepwise(
    (percent) => told.push(percent),
    () => atMs,
  );
  return { told, progress, pass: (ms: number) => (atMs += ms) };
}

test('progress is told when it has grown by ten percent, or by less after a second', () => {
  const { told, progress, pass } = aTeller();
  for (const percent of [5, 10, 12, 19, 20]) progress(percent);
  pass(1_000);
  progress(20);
  progress(21);
  expect(told).toEqual([10, 20, 21]);
});

test('progress of a live migration that has to send memory again is told, and does not go back', () => {
  const { told, progress, pass } = aTeller();
  for (const percent of [60, 30, 45, 70]) {
    progress(percent, outgoing);
    pass(1_000);
  }
  expect(told).toEqual([60, 60, 60, 70]);
});
