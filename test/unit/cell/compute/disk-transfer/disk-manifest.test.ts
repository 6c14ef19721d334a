import { expect, test } from 'vitest';
import { blockCount, blockLength, isDiskManifest } from '../../../../../cell/compute/disk-transfer/disk-manifest.ts';
import { checkSizes } from '../../../../../cell/compute/drivers/qemu/disk-sizes.ts';
import { aSpec } from '../a-guest.ts';
import { aDisk } from './a-disk.ts';

const GIB = 1024 ** 3;

test('a disk is cut into blocks, of which the last may be shorter', () => {
  expect(blockCount(aDisk({ bytes: 18 }))).toBe(5);
  expect([0, 3, 4, 5].map((index) => blockLength(aDisk({ bytes: 18 }), index))).toEqual([4, 4, 2, 0]);
  expect(blockCount(aDisk({ bytes: 16 }))).toBe(4);
  expect(blockCount(aDisk({ bytes: 0 }))).toBe(0);
});

test('what another host sends is a manifest, or nothing', () => {
  const manifest = { disks: [aDisk()], base: null };
  expect(isDiskManifest(manifest)).toBe(true);
  expect(isDiskManifest({ ...manifest, base: aDisk({ name: 'base' }) })).toBe(true);
  for (const wrong of [
    null,
    [],
    { disks: [aDisk()] },
    { ...manifest, disks: [aDisk({ blockBytes: 0 })] },
    { ...manifest, disks: [aDisk({ bytes: -1 })] },
    { ...manifest, disks: [aDisk({ blockBytes: 1024 ** 3 })] },
    { ...manifest, disks: [aDisk({ bytes: 2 ** 50, blockBytes: 1 })] },
    { ...manifest, disks: [aDisk(), aDisk()] },
    { ...manifest, base: aDisk({ name: 'base', bytes: 2 ** 50, blockBytes: 1 }) },
  ]) {
    expect(isDiskManifest(wrong)).toBe(false);
  }
});

test('a host of another cell sends no more than the flavor allows', () => {
  const spec = aSpec({ rootGb: 1, swapMb: 512, ephemeralGb: 0 });
  const disks = [aDisk({ bytes: 1.1 * GIB }), aDisk({ name: 'swap', bytes: GIB / 2 })];
  expect(() => checkSizes(disks, spec, 0)).not.toThrow();
  expect(() => checkSizes([aDisk({ bytes: 3 * GIB })], spec, 0)).toThrow(/disk is too long/);
  expect(() => checkSizes([aDisk({ name: 'console-log', bytes: 2 * GIB })], spec, 0)).toThrow(/console-log/);
  expect(() => checkSizes([aDisk({ bytes: 3 * GIB })], aSpec({ rootGb: 0 }), 3 * GIB)).not.toThrow();
  expect(() => checkSizes([aDisk({ bytes: 3 * GIB + 1 })], aSpec({ rootGb: 0 }), 3 * GIB)).toThrow(/no space left/);
});
