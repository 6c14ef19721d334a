import { member } from '#platform/objects/member.ts';
import type { HostView } from '../host-view.ts';
import type { Filter } from './filter.ts';

/** Image property → the host capability that lists the supported values. A host that does not list the capability supports every value. */
const LISTED: Readonly<Record<string, { capability: string; word: string }>> = {
  hw_architecture: { capability: 'architectures', word: 'architecture' },
  hw_vm_mode: { capability: 'vmModes', word: 'VM mode' },
  hw_machine_type: { capability: 'machineTypes', word: 'machine type' },
  hw_disk_bus: { capability: 'diskBuses', word: 'disk bus' },
  hw_cdrom_bus: { capability: 'cdromBuses', word: 'CD-ROM bus' },
  hw_scsi_model: { capability: 'scsiModels', word: 'SCSI controller' },
  hw_vif_model: { capability: 'nicModels', word: 'network card' },
  hw_video_model: { capability: 'videoModels', word: 'video card' },
  hw_firmware_type: { capability: 'firmwareTypes', word: 'firmware' },
};

/** Glance still uses older names for two of these properties. */
const OLD_NAMES: Readonly<Record<string, string>> = { architecture: 'hw_architecture', vm_mode: 'hw_vm_mode' };
/** Other names of values, as Nova takes them (nova/objects/fields.py). */
const SAME_VALUE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  hw_architecture: { amd64: 'x86_64', x64: 'x86_64', arm64: 'aarch64', i386: 'i686', i486: 'i686', i586: 'i686' },
  hw_vm_mode: { hv: 'hvm', baremetal: 'hvm', pv: 'xen' },
};

/** The host must support what the properties of the image require. */
export const imageProperties: Filter = {
  name: 'image-properties',
  question: ({ imageProperties: properties }) => {
    const checks = Object.entries(properties).flatMap(([given, value]) => {
      const name = member(OLD_NAMES, given) ?? given;
      if (name === 'img_hv_type' || name === 'hypervisor_type') return [hypervisorIs(value)];
      const listed = member(LISTED, name);
      return listed === undefined ? [] : [lists(listed, canonical(name, value))];
    });
    if (checks.length === 0) return null;
    return (view) => {
      for (const check of checks) {
        const reason = check(view);
        if (reason !== null) return reason;
      }
      return null;
    };
  },
};

function canonical(name: string, value: string): string {
  const lower = value.toLowerCase();
  return member(SAME_VALUE[name] ?? {}, lower) ?? lower;
}

const lists =
  ({ capability, word }: { capability: string; word: string }, required: string) =>
  ({ host }: HostView): string | null => {
    const offered = host.capabilities[capability];
    return offered === undefined || offered.includes(required)
      ? null
      : `it does not support the image's ${word} (${required})`;
  };

/** KVM is QEMU with kernel acceleration, so an image for one runs on the other. */
const hypervisorIs = (required: string) => {
  const family = (type: string) => (type.toLowerCase() === 'kvm' ? 'qemu' : type.toLowerCase());
  return ({ host }: HostView): string | null =>
    family(host.hypervisorType) === family(required) ? null : `it does not run the image's hypervisor (${required})`;
};
