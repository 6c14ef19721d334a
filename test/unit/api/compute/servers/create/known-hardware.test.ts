import { expect, it } from 'vitest';
import { mustHaveKnownHardware } from '../../../../../../api/compute/servers/create/known-hardware.ts';
import { aBuild } from '../../../../../support/a-build.ts';

const check = (properties: Readonly<Record<string, string>>) => () =>
  mustHaveKnownHardware({ ...aBuild().image, properties: { ...properties } });

it('refuses a value that no machine anywhere has, in the words of Nova, with the property', () => {
  expect(check({ hw_disk_bus: 'tape' })).toThrow(
    /^Invalid image metadata\. Error: Field value tape is invalid\. It is the property hw_disk_bus of image .*virtio/,
  );
  expect(check({ hw_rescue_device: 'usb' })).toThrow(/hw_rescue_device .* cdrom, disk, floppy, fs, lun/);
  expect(check({ hw_disk_bus: 'VIRTIO' })).toThrow(/VIRTIO is invalid/);
});

it('takes what exists, whether or not a host has it, and what it does not know', () => {
  expect(check({ hw_disk_bus: 'xen', hw_vif_model: 'VirtualE1000', os_type: 'Linux', toString: 'x' })).not.toThrow();
});
