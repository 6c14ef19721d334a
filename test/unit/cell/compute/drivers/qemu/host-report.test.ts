import { expect, test } from 'vitest';
import { versionNumber } from '../../../../../../cell/compute/drivers/qemu/host-report.ts';

test('a version is one number, as libvirt counts', () => {
  expect(versionNumber('QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)\nCopyright')).toBe(7_002_022);
  expect(versionNumber('QEMU emulator version 9.1')).toBe(9_001_000);
  expect(versionNumber('something else')).toBe(0);
});
