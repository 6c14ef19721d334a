import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Image } from '#platform/objects/image.ts';
import { member } from '#platform/objects/member.ts';

const BUSES = ['fdc', 'ide', 'sata', 'scsi', 'usb', 'virtio', 'xen', 'lxc', 'uml'];

/** The properties whose values Nova lists (nova/objects/image_meta.py and fields.py). Which of them a host has is another question. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  hw_disk_bus: BUSES,
  hw_cdrom_bus: BUSES,
  hw_floppy_bus: BUSES,
  hw_rescue_bus: BUSES,
  hw_rescue_device: ['cdrom', 'disk', 'floppy', 'fs', 'lun'],
  hw_firmware_type: ['uefi', 'bios'],
  hw_input_bus: ['usb', 'virtio'],
  hw_pointer_model: ['usbtablet'],
  hw_rng_model: ['virtio'],
  hw_video_model: ['cirrus', 'qxl', 'vga', 'vmvga', 'xen', 'virtio', 'gop', 'none', 'bochs'],
  hw_watchdog_action: ['none', 'pause', 'poweroff', 'reset', 'disabled'],
  hw_cpu_policy: ['dedicated', 'shared', 'mixed'],
  hw_cpu_thread_policy: ['prefer', 'isolate', 'require'],
  os_secure_boot: ['required', 'disabled', 'optional'],
  img_config_drive: ['optional', 'mandatory'],
};
/** Those that Nova takes in capitals too. */
const IN_ANY_CASE: Readonly<Record<string, readonly string[]>> = {
  hw_scsi_model: [
    ...['buslogic', 'ibmvscsi', 'lsilogic', 'lsisas1068', 'lsisas1078', 'virtio-scsi', 'vmpvscsi'],
    ...['lsilogicsas', 'paravirtual'],
  ],
  hw_vif_model: [
    ...['virtio', 'ne2k_pci', 'pcnet', 'rtl8139', 'e1000', 'e1000e', 'igb', 'netfront', 'spapr-vlan', 'lan9118'],
    ...['vmxnet', 'vmxnet3', 'virtualsriovethernetcard', 'virtuale1000', 'virtuale1000e', 'virtualpcnet32'],
    ...['virtualvmxnet', 'virtualvmxnet3'],
  ],
  hw_vm_mode: ['hvm', 'xen', 'uml', 'exe', 'pv', 'hv', 'baremetal'],
  os_type: ['linux', 'windows'],
};

/**
 * Refuses an image whose properties have values that do not exist, as Nova does before it builds, rebuilds or rescues.
 * @throws VolvoxError invalid
 */
export function mustHaveKnownHardware({ id, properties }: Pick<Image, 'id' | 'properties'>): void {
  for (const [name, value] of Object.entries(properties)) {
    const exact = member(VALUES, name);
    const known = exact ?? member(IN_ANY_CASE, name);
    if (known === undefined || known.includes(exact === undefined ? value.toLowerCase() : value)) continue;
    throw new VolvoxError(
      'invalid',
      `Invalid image metadata. Error: Field value ${value} is invalid. ` +
        `It is the property ${name} of image ${id}; it can be ${known.join(', ')}.`,
    );
  }
}
