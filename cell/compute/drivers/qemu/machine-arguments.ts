import type { GuestSpec } from '#platform/objects/guest.ts';
import { devicesOf } from '#platform/objects/guest-devices.ts';
import type { Acceleration } from './acceleration.ts';
import { deviceArguments } from './device-arguments.ts';
import { GUEST_FILES } from './guest-folder.ts';

/** Translated code of an emulated guest is kept in this much memory, MiB; QEMU would take up to a gigabyte. */
const TRANSLATION_CACHE_MB = 64;

/** Of the screen, MiB: enough for 2560 × 1600. */
const VIDEO_MEMORY_MB = 16;
/** PCI slots, hexadecimal, that the devices of guest-devices.ts leave free. */
const FREE_SLOTS = { pc: { screen: '1e', channels: '1f' }, q35: { screen: '1d', channels: '1e' } } as const;
/** QEMU appends what the guest writes, whether or not somebody is connected. */
const CONSOLE_LOG = `logfile=${GUEST_FILES.console},logappend=on`;
/** Nova's name of the image property, and the words that Nova takes for yes (oslo.utils, bool_from_string). */
const GUEST_AGENT = 'hw_qemu_guest_agent';
const YES = ['1', 't', 'true', 'on', 'y', 'yes'];

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
    ...['-chardev', `socket,id=console,path=${GUEST_FILES.serial},server=on,wait=off,${CONSOLE_LOG}`],
    ...['-device', 'isa-serial,chardev=console', '-vnc', `unix:${GUEST_FILES.vnc},share=ignore`],
    ...deviceArguments(devices, { isRescued }),
    ...(spec.configDrive ? configDrive() : []),
    ...['-device', `VGA,vgamem_mb=${VIDEO_MEMORY_MB},addr=${FREE_SLOTS[devices.machine].screen}`],
    ...['-device', `virtio-tablet-pci,addr=${FREE_SLOTS[devices.machine].channels}.0,multifunction=on`],
    ...(hasGuestAgent(spec) ? guestAgentChannel(`${FREE_SLOTS[devices.machine].channels}.1`) : []),
  ];
}

/** Whether the machine has a channel to the QEMU guest agent. */
const hasGuestAgent = ({ image }: Pick<GuestSpec, 'image'>): boolean =>
  YES.includes((image.properties[GUEST_AGENT] ?? '').trim().toLowerCase());

const guestAgentChannel = (address: string): string[] => [
  ...['-chardev', `socket,id=agent,path=${GUEST_FILES.guestAgent},server=on,wait=off`],
  ...['-device', `virtio-serial-pci,addr=${address}`],
  ...['-device', 'virtserialport,chardev=agent,name=org.qemu.guest_agent.0'],
];

const configDrive = (): string[] => [
  ...['-drive', `file=${GUEST_FILES.configDrive},format=raw,if=none,id=config,readonly=on,media=cdrom`],
  ...['-device', 'ide-cd,drive=config'],
];
