import { describe, expect, it } from 'vitest';
import {
  devicesWithFlavor,
  requestedDevices,
} from '../../../../../../api/compute/servers/create/devices/requested-devices.ts';
import type { DeviceMapping, LegacyMapping } from '../../../../../../api/compute/servers/create/devices/schema.ts';
import { aBuild } from '../../../../../support/a-build.ts';

const IMAGE = '70a599e0-31e7-49b7-b260-868f441e862b';
const OTHER = '6a1f0c1e-0000-4000-8000-0000000000cc';

const root: DeviceMapping = { source_type: 'image', destination_type: 'local', uuid: IMAGE, boot_index: 0 };
const blank = (rest: DeviceMapping = {}): DeviceMapping => ({
  source_type: 'blank',
  destination_type: 'local',
  ...rest,
});

const parse = (...mappings: readonly DeviceMapping[]) =>
  requestedDevices({ imageRef: IMAGE, block_device_mapping_v2: mappings });
const parseLegacy = (...mappings: readonly LegacyMapping[]) =>
  requestedDevices({ imageRef: IMAGE, block_device_mapping: mappings });

describe('the disks of a create request', () => {
  it('are those of the flavor when it has no mapping', () => {
    expect(requestedDevices({ imageRef: IMAGE })).toEqual({ imageId: IMAGE, devices: undefined });
    expect(requestedDevices({ imageRef: `http://images/${IMAGE}` }).imageId).toBe(IMAGE);
    expect(requestedDevices({ imageRef: IMAGE, block_device_mapping_v2: [] }).devices).toBeUndefined();
    expect(() => requestedDevices({})).toThrow('Missing imageRef attribute');
  });

  it('are the image, ephemeral disks in GiB and swap in MiB, each with its bus, format and tag', () => {
    const { devices } = parse(
      { ...root, disk_bus: 'scsi', tag: 'system' },
      blank({ volume_size: '2', guest_format: 'xfs', disk_bus: 'sata', boot_index: '1', device_type: 'disk' }),
      blank({ volume_size: 64, guest_format: 'swap', boot_index: -1, delete_on_termination: true }),
      { no_device: true, device_name: '/dev/vdz' },
    );
    expect(devices).toEqual([
      { kind: 'root', sizeMb: null, format: null, bus: 'scsi', bootIndex: 0, tag: 'system' },
      { kind: 'ephemeral', sizeMb: 2048, format: 'xfs', bus: 'sata', bootIndex: 1, tag: null },
      { kind: 'swap', sizeMb: 64, format: null, bus: null, bootIndex: null, tag: null },
    ]);
  });

  it('can be said in the first form, which has names for them', () => {
    const { devices } = parseLegacy(
      { virtual_name: 'swap', volume_size: 8 },
      { virtual_name: 'ephemeral0', volume_size: 1 },
      { device_name: 'vdz', no_device: 'yes' },
    );
    expect(devices?.map(({ kind, sizeMb, bootIndex }) => [kind, sizeMb, bootIndex])).toEqual([
      ['root', null, 0],
      ['swap', 8, null],
      ['ephemeral', 1024, null],
    ]);
  });

  it.each<readonly [string, DeviceMapping, RegExp]>([
    ['a volume', { source_type: 'volume', uuid: OTHER }, /^Block Device Mapping is Invalid: failed to get volume 6a1f/],
    ['a snapshot', { source_type: 'snapshot', uuid: OTHER, destination_type: 'volume' }, /failed to get snapshot 6a1f/],
    ['a volume of an image', { ...root, destination_type: 'volume', volume_size: 1 }, /no volume service/],
    ['a volume of an image without size', { ...root, destination_type: 'volume' }, /^Images with destination_type 'v/],
    ['a blank volume', { source_type: 'blank', destination_type: 'volume', volume_size: 1 }, /no volume service/],
    [
      'a blank volume without size',
      { source_type: 'blank', destination_type: 'volume' },
      /^Blank volumes \(source: 'b/,
    ],
    ['a blank with a UUID', blank({ uuid: OTHER }), /: Invalid device UUID\. \(block_device_mapping_v2\[1\]\.uuid\)$/],
    ['an image without UUID', { source_type: 'image', destination_type: 'local' }, /: Missing device UUID\./],
    ['a second image', { ...root, uuid: OTHER, boot_index: 1 }, /: Mapping image to local is not supported\./],
    ['the image twice', root, /: Boot sequence for the instance and image\/block device mapping combination is not/],
    ['a gap in the boot order', blank({ boot_index: 2 }), /: Boot sequence .* must count from 0 without gaps/],
    ['nothing', {}, /: Some required fields are missing \(block_device_mapping_v2\[1\]\.source_type\)$/],
    ['a name of the first form', blank({ virtual_name: 'swap' }), /: Some fields are invalid\./],
    [
      'an unknown bus',
      blank({ disk_bus: 'floppy' }),
      /disk bus floppy is not valid\. Hosts have virtio, scsi, sata, ide/,
    ],
    ['a bus that no host has', blank({ disk_bus: 'xen' }), /No host has disk bus xen\./],
    [
      'a blank CD-ROM',
      blank({ device_type: 'cdrom' }),
      /device of type cdrom .*\(block_device_mapping_v2\[1\]\.device_t/,
    ],
    [
      'a lun',
      blank({ device_type: 'lun' }),
      /device of type lun .* A lun is a volume .* Use disk or cdrom\. \(block_d/,
    ],
    ['an unknown device', blank({ device_type: 'tape' }), /device of type tape .* It is unknown\./],
    ['an unknown format', blank({ guest_format: 'zfs' }), /cannot make the format zfs; they can make ext2, .*swap/],
    ['a type of volume', blank({ volume_type: 'fast' }), /Specifying a volume_type with destination_type=local is not/],
  ])('refuse %s, with the field', (_what, mapping, message) => {
    expect(() => parse(root, mapping)).toThrow(message);
    expect(() => parse(root, mapping)).toThrow(expect.objectContaining({ kind: 'invalid' }));
  });

  it('can have a root disk that is a CD-ROM, on a bus that has those', () => {
    const cdrom = { ...root, device_type: 'cdrom' };
    expect(parse({ ...cdrom, disk_bus: 'sata' }).devices).toEqual([
      { kind: 'root', sizeMb: null, format: null, type: 'cdrom', bus: 'sata', bootIndex: 0, tag: null },
    ]);
    expect(() => parse({ ...cdrom, disk_bus: 'virtio' })).toThrow(/cdrom cannot be on bus virtio; .*\.disk_bus\)$/);
  });

  it('have to name the root disk in the second form, and know no other form of the first', () => {
    expect(() => parse(blank())).toThrow(/Boot sequence/);
    expect(() => requestedDevices({ block_device_mapping_v2: [root] })).toThrow(/Mapping image to local/);
    expect(() => requestedDevices({ block_device_mapping: [{ virtual_name: 'swap' }] })).toThrow(/Boot sequence/);
    expect(() => parseLegacy({ device_name: 'vdb' })).toThrow(/Unrecognized legacy format/);
    expect(() => parseLegacy({ volume_id: OTHER })).toThrow(/failed to get volume/);
    expect(() => parseLegacy({ snapshot_id: OTHER })).toThrow(/failed to get snapshot/);
    expect(() =>
      requestedDevices({ imageRef: IMAGE, block_device_mapping: [{}], block_device_mapping_v2: [{}] }),
    ).toThrow(/^Using different block_device_mapping syntaxes is not allowed in the same request\./);
  });
});

describe('the disks that a flavor allows', () => {
  const flavor = { ...aBuild().flavor, ephemeralGb: 4, swapMb: 512 };
  const plan = (ephemeralGb: number, swapMb: number, ...mappings: readonly DeviceMapping[]) =>
    devicesWithFlavor(parse(root, ...mappings).devices ?? [], { ...flavor, ephemeralGb, swapMb }).map(
      ({ kind, sizeMb }) => [kind, sizeMb],
    );
  const swap = (size?: number) => blank({ guest_format: 'swap', ...(size === undefined ? {} : { volume_size: size }) });

  it('are in the list also when the request does not speak of them', () => {
    expect(plan(4, 512)).toEqual([
      ['root', null],
      ['ephemeral', null],
      ['swap', null],
    ]);
    expect(plan(4, 0, blank({ volume_size: 1 }), blank({ volume_size: 3 }))).toEqual([
      ['root', null],
      ['ephemeral', 1024],
      ['ephemeral', 3072],
    ]);
    expect(plan(0, 0)).toEqual([['root', null]]);
  });

  it('are not larger than its own', () => {
    expect(plan(4, 512, blank({ volume_size: 4 }), swap(512))).toHaveLength(3);
    expect(() => plan(4, 512, blank({ volume_size: 5 }))).toThrow(
      /^Ephemeral disks requested are larger than the instance type allows\. .*Requested are 5 GiB; the flavor allows 4 GiB\.$/,
    );
    expect(() => plan(4, 0, blank({ volume_size: 1 }), blank())).toThrow(/Requested are 5 GiB/);
    expect(() => plan(4, 512, swap(513))).toThrow(
      /^Swap drive requested is larger than instance type allows\. Requested are 513 MiB; the flavor allows 512 MiB\.$/,
    );
  });

  it('are one swap disk, and three disks in all', () => {
    expect(() => plan(0, 512, swap(1), swap(1))).toThrow(/More than one swap drive requested\./);
    expect(() => plan(4, 512, blank({ volume_size: 1 }), blank({ volume_size: 1 }))).toThrow(
      /^Block Device Mapping is Invalid: You specified more local devices than the limit allows\. They are 4 .*; 3 are allowed\.$/,
    );
  });
});
