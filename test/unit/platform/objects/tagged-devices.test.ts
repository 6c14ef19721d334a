import { expect, it } from 'vitest';
import type { GuestDisk } from '#platform/objects/guest-disks.ts';
import { blockDeviceNames, taggedDevices } from '#platform/objects/tagged-devices.ts';
import { aSpec } from '../../cell/compute/a-guest.ts';

const aDisk = (name: GuestDisk['name'], rest: Partial<GuestDisk> = {}): GuestDisk => ({
  name,
  sizeMb: 1024,
  format: null,
  bus: null,
  bootIndex: null,
  tag: null,
  ...rest,
});
const aNic = (index: number, tag: string | null) => ({
  portId: '6a1f0c1e-0000-4000-8000-0000000000cc',
  networkId: '6a1f0c1e-0000-4000-8000-0000000000dd',
  mac: `52:54:00:00:00:0${index}`,
  tapName: `tap${index}`,
  mtu: 1450,
  tag,
});

it('devices with tags are told with their buses and addresses, and no others', () => {
  const nics = [aNic(1, null), aNic(2, 'uplink')];
  const disks = [
    aDisk('root', { bus: 'sata', tag: 'system' }),
    aDisk('ephemeral', { bus: 'usb', tag: 'stick' }),
    aDisk('ephemeral1', { bus: 'ide', tag: 'old' }),
    aDisk('swap', { tag: 'swap' }),
  ];
  expect(taggedDevices(aSpec({ nics, disks }))).toEqual([
    { type: 'nic', bus: 'pci', address: '0000:00:07.0', mac: '52:54:00:00:00:02', tags: ['uplink'] },
    { type: 'disk', bus: 'pci', address: '0000:00:02.0', tags: ['swap'] },
    { type: 'disk', bus: 'scsi', address: '0:0:0:0', tags: ['system'] },
    { type: 'disk', bus: 'usb', address: '0:1', tags: ['stick'] },
    { type: 'disk', bus: 'ide', address: '0:0:0:0', tags: ['old'] },
  ]);
  expect(taggedDevices(aSpec({ nics: [aNic(1, null)] }))).toEqual([]);
  const moved = [{ mac: '52:54:00:00:00:02', address: '0000:01:00.0' }];
  expect(taggedDevices(aSpec({ nics, disks }), moved)[0]).toMatchObject({ address: '0000:01:00.0', tags: ['uplink'] });
});

it('disks have the names that Linux gives them: those on virtio and all others count each for themselves', () => {
  expect(blockDeviceNames(aSpec({ rootGb: 1, ephemeralGb: 1, swapMb: 1 }))).toEqual({
    ami: 'vda',
    root: '/dev/vda',
    ephemeral0: '/dev/vdb',
    swap: '/dev/vdc',
  });
  const disks = [aDisk('root', { bus: 'scsi' }), aDisk('ephemeral'), aDisk('ephemeral1', { bus: 'usb' })];
  expect(blockDeviceNames(aSpec({ rootGb: 1, ephemeralGb: 0, swapMb: 0, disks }))).toEqual({
    ami: 'sda',
    root: '/dev/sda',
    ephemeral0: '/dev/vda',
    ephemeral1: '/dev/sdb',
  });
});
