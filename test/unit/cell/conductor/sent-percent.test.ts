import { expect, test } from 'vitest';
import { sentPercent } from '../../../../cell/conductor/operations/sent-percent.ts';

const MIB = 2 ** 20;
const bytes = (totalMib: number, remainingMib: number) => ({
  ...{ totalBytes: totalMib * MIB, remainingBytes: remainingMib * MIB, sentBytes: 0 },
});

test('all memory is left while the disks are sent', () => {
  expect(sentPercent({ memory: bytes(0, 0), disks: bytes(0, 0) }, 512)).toBe(0);
  expect(sentPercent({ memory: bytes(0, 0), disks: bytes(512, 256) }, 512)).toBe(25);
  expect(sentPercent({ memory: bytes(0, 0), disks: bytes(512, 0) }, 512)).toBe(50);
  expect(sentPercent({ memory: bytes(512, 512), disks: bytes(512, 0) }, 512)).toBe(50);
  expect(sentPercent({ memory: bytes(512, 128), disks: bytes(512, 0) }, 512)).toBe(87);
  expect(sentPercent({ memory: bytes(528, 0), disks: bytes(512, 0) }, 512)).toBe(100);
});

test('a machine without anything to send, and one that has more left than it has, are at 0', () => {
  expect(sentPercent({ memory: bytes(0, 0), disks: bytes(0, 0) }, 0)).toBe(0);
  expect(sentPercent({ memory: bytes(10, 20), disks: bytes(0, 0) }, 10)).toBe(0);
});
