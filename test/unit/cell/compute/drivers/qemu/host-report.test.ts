import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { readHost, versionNumber } from '../../../../../../cell/compute/drivers/qemu/host-report.ts';

test('a version is one number, as libvirt counts', () => {
  expect(versionNumber('QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7)\nCopyright')).toBe(7_002_022);
  expect(versionNumber('QEMU emulator version 9.1')).toBe(9_001_000);
  expect(versionNumber('something else')).toBe(0);
});

test('a host says since when it runs (F10)', async () => {
  const none = { vcpus: 0, ramMb: 0, diskGb: 0 };
  // Any program that tells its version will do.
  const qemu = process.execPath;
  const host = {
    qemu,
    stateDir: tmpdir(),
    name: 'h',
    hostIp: '127.0.0.1',
    nodes: null,
    devices: [],
    total: none,
    reserved: none,
    guestWalls: ['sandbox'],
    missingGuestWalls: ['user'],
    problem: null,
  };
  const { bootedAt, capabilities } = await readHost(host);
  expect(capabilities).toMatchObject({ guestWalls: ['sandbox'], missingGuestWalls: ['user'] });
  expect(Date.parse(bootedAt ?? '')).toBeLessThan(Date.now());
});
