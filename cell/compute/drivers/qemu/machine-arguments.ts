import type { GuestSpec } from '#platform/objects/guest.ts';
import { devicesOf } from '#platform/objects/guest-devices.ts';
import type { Acceleration } from './acceleration.ts';
import { deviceArguments } from './device-arguments.ts';
import { GUEST_FILES } from './guest-folder.ts';

/** Translated code of an emulated guest is kept in this much memory, MiB; QEMU would take up to a gigabyte. */
const TRANSLATION_CACHE_MB = 64;

interface MachineOptions {
  readonly guestId: string;
  readonly spec: GuestSpec;
  /** It starts from the disk of a rescue; its own root disk comes after that one. */
  readonly isRescued?: boolean;
  readonly acceleration: Acceleration;
}

/**
 * The command line of a guest's QEMU, which runs in the guest's folder. Pure. The guest's id is in it (`-name`), and that is how the
 * process is known again. `-no-shutdown`: a guest that ends from inside leaves its process with status `shutdown`, so an agent that was
 * away then still learns that it was the guest's own doing. What stands around the machine is in guest-wall.ts.
 *
 * @throws VolvoxError invalid, for what an image asks and this driver has not.
 */
export function machineArguments({
  guestId,
  spec,
  isRescued = false,
  acceleration,
}: MachineOptions): readonly string[] {
  const devices = devicesOf(spec);
  return [
    ...['-name', `guest=${guestId}`, '-uuid', spec.instanceUuid, '-no-user-config', '-nodefaults'],
    ...['-machine', devices.machine, '-accel', acceleration === 'kvm' ? 'kvm' : `tcg,tb-size=${TRANSLATION_CACHE_MB}`],
    ...[
      '-cpu',
      acceleration === 'kvm' ? 'host' : 'max',
      '-smp',
      `${spec.vcpus},sockets=${spec.vcpus},cores=1,threads=1`,
    ],
    ...[
      '-m',
      `${spec.ramMb}M`,
      '-rtc',
      'base=utc',
      '-boot',
      'strict=on',
      '-display',
      'none',
      '-vga',
      'none',
      '-no-shutdown',
    ],
    // cloud-init knows by the product that OpenStack's metadata is there.
    ...['-smbios', `type=1,manufacturer=Volvox,product=OpenStack Compute,uuid=${spec.instanceUuid}`],
    ...['-chardev', `socket,id=monitor,path=${GUEST_FILES.monitor},server=on,wait=off`],
    ...['-mon', 'chardev=monitor,mode=control'],
    ...['-chardev', `file,id=console,path=${GUEST_FILES.console},append=on`, '-device', 'isa-serial,chardev=console'],
    ...deviceArguments(devices, { isRescued }),
    ...(spec.configDrive ? configDrive() : []),
  ];
}

const configDrive = (): string[] => [
  ...['-drive', `file=${GUEST_FILES.configDrive},format=raw,if=none,id=config,readonly=on,media=cdrom`],
  ...['-device', 'ide-cd,drive=config'],
];
