import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { GuestNic, GuestSpec } from '#platform/objects/guest.ts';
import type { Acceleration } from './acceleration.ts';
import { GUEST_FILES } from './guest-folder.ts';

export const MACHINE_TYPES = ['pc', 'q35'] as const;
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
  return [
    ...['-name', `guest=${guestId}`, '-uuid', spec.instanceUuid, '-no-user-config', '-nodefaults'],
    ...[
      '-machine',
      machineType(spec),
      '-accel',
      acceleration === 'kvm' ? 'kvm' : `tcg,tb-size=${TRANSLATION_CACHE_MB}`,
    ],
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
    ...(isRescued ? disk('rescue', GUEST_FILES.rescue, 'bootindex=1') : []),
    ...disk('root', GUEST_FILES.disk, ...(isRescued ? [] : ['bootindex=1'])),
    ...(spec.ephemeralGb > 0 ? disk('ephemeral', GUEST_FILES.ephemeral) : []),
    ...(spec.swapMb > 0 ? disk('swap', GUEST_FILES.swap) : []),
    ...(spec.configDrive ? configDrive() : []),
    ...spec.nics.flatMap(nic),
    ...['-device', 'virtio-rng-pci'],
  ];
}

function machineType(spec: GuestSpec): string {
  const asked = spec.image.properties.hw_machine_type;
  if (asked === undefined) return 'pc';
  if (MACHINE_TYPES.some((type) => type === asked)) return asked;
  throw new VolvoxError(
    'invalid',
    `The image asks for machine type ${asked}; there are ${MACHINE_TYPES.join(' and ')}.`,
    { blame: 'request' },
  );
}

const disk = (id: string, file: string, ...device: string[]): string[] => [
  ...['-drive', `file=${file},format=qcow2,if=none,id=${id},cache=writeback,discard=unmap`],
  ...['-device', ['virtio-blk-pci', `drive=${id}`, ...device].join(',')],
];

const configDrive = (): string[] => [
  ...['-drive', `file=${GUEST_FILES.configDrive},format=raw,if=none,id=config,readonly=on,media=cdrom`],
  ...['-device', 'ide-cd,drive=config'],
];

const nic = ({ mac, mtu, tapName }: GuestNic, index: number): string[] => [
  ...['-netdev', `tap,id=net${index},ifname=${tapName},script=no,downscript=no`],
  ...['-device', `virtio-net-pci,netdev=net${index},mac=${mac},host_mtu=${mtu},romfile=`],
];
