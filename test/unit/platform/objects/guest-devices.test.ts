import { describe, expect, it } from 'vitest';
import type { GuestSpec } from '#platform/objects/guest.ts';
import { devicesOf, type PciAddress } from '#platform/objects/guest-devices.ts';
import { disksOf, type GuestDisk, requestedDisks } from '#platform/objects/guest-disks.ts';
import { aBuild } from '../../../support/a-build.ts';
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
const aNic = (index: number): GuestSpec['nics'][number] => ({
  portId: '6a1f0c1e-0000-4000-8000-0000000000cc',
  networkId: '6a1f0c1e-0000-4000-8000-0000000000dd',
  mac: `52:54:00:00:00:${index.toString(16).padStart(2, '0')}`,
  tapName: `tap${index}`,
  mtu: 1450,
  tag: null,
});
const nics = (count: number) => Array.from({ length: count }, (_, index) => aNic(index));
const pciText = ({ slot, function: one }: PciAddress): string => `0000:00:${slot.toString(16).padStart(2, '0')}.${one}`;
const addressesOf = (spec: Partial<GuestSpec>) =>
  devicesOf(aSpec(spec)).onPci.map((device) => [
    device.kind === 'disk' ? device.disk.name : device.kind,
    pciText(device.pci),
  ]);

describe('the addresses of devices', () => {
  it('are in a fixed order: disks, entropy, and cards last', () => {
    expect(addressesOf({ ephemeralGb: 1, swapMb: 1, nics: nics(2) })).toEqual([
      ['root', '0000:00:02.0'],
      ['ephemeral', '0000:00:03.0'],
      ['swap', '0000:00:04.0'],
      ['rng', '0000:00:05.0'],
      ['nic', '0000:00:06.0'],
      ['nic', '0000:00:07.0'],
    ]);
    const image = { ...aSpec().image, properties: { hw_machine_type: 'q35' } };
    expect(addressesOf({ image })[0]).toEqual(['root', '0000:00:01.0']);
  });

  it('are behind a controller for each other bus, counted from 0', () => {
    const disks = [aDisk('root', { bus: 'scsi' }), aDisk('ephemeral', { bus: 'scsi' }), aDisk('swap', { bus: 'usb' })];
    expect(addressesOf({ disks })).toEqual([
      ['controller', '0000:00:02.0'],
      ['controller', '0000:00:03.0'],
      ['rng', '0000:00:04.0'],
    ]);
    expect(devicesOf(aSpec({ disks })).onOtherBuses.map(({ bus, unit }) => [bus, unit])).toEqual([
      ['scsi', 0],
      ['scsi', 1],
      ['usb', 0],
    ]);
    const image = { ...aSpec().image, properties: { hw_machine_type: 'q35' } };
    expect(() => devicesOf(aSpec({ image, disks: [aDisk('root', { bus: 'ide' })] }))).toThrow(/q35 have no IDE bus/);
    expect(devicesOf(aSpec({ image, disks: [aDisk('root', { bus: 'sata' })] })).onPci).toHaveLength(1);
  });

  it('are enough for 64 cards: slots are shared when there are more devices than slots', () => {
    const all = addressesOf({ nics: nics(64) }).map(([, address]) => address);
    expect(new Set(all).size).toBe(66);
    expect(all.at(-1)).toBe('0000:00:0d.2');
    expect(devicesOf(aSpec({ nics: nics(64) })).onPci.every(({ pci }) => pci.isShared && pci.slot <= 29)).toBe(true);
  });
});

describe('the disks of a guest', () => {
  const flavor = { ...aBuild().flavor, diskGb: 3, ephemeralGb: 4, swapMb: 512 };

  it('are those of its sizes when none were asked for; what has no size is no disk', () => {
    expect(disksOf({ rootGb: 0, ephemeralGb: 0, swapMb: 0 }).map(({ name }) => name)).toEqual(['root']);
    expect(disksOf({ rootGb: 1, ephemeralGb: 2, swapMb: 3 }).map(({ name, sizeMb }) => [name, sizeMb])).toEqual([
      ['root', 1024],
      ['ephemeral', 2048],
      ['swap', 3],
    ]);
  });

  it('are in the order of the machine, and as large as the flavor says unless the request says so', () => {
    const device = { sizeMb: null, format: null, bus: null, bootIndex: null, tag: null };
    const disks = requestedDisks(
      [
        { ...device, kind: 'swap' },
        { ...device, kind: 'ephemeral', sizeMb: 1024, tag: 'first' },
        { ...device, kind: 'root', bootIndex: 0 },
        { ...device, kind: 'ephemeral', sizeMb: 2048 },
      ],
      flavor,
    );
    expect(disks.map(({ name, sizeMb, tag }) => [name, sizeMb, tag])).toEqual([
      ['root', 3072, null],
      ['ephemeral', 1024, 'first'],
      ['ephemeral1', 2048, null],
      ['swap', 512, null],
    ]);
  });
});
