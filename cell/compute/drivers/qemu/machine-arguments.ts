import type { AttachedDisk } from '#platform/objects/attached-disk.ts';
import { isYes } from '#platform/objects/boolean-text.ts';
import type { GuestSpec } from '#platform/objects/guest.ts';
import { devicesOf } from '#platform/objects/guest-devices.ts';
import type { Image } from '#platform/objects/image.ts';
import {
  hasBootMenu,
  nicModelOf,
  stableRescueOf,
  type VideoModel,
  videoModelOf,
} from '#platform/objects/image-hardware.ts';
import type { Acceleration } from './acceleration.ts';
import { cpuTopology } from './cpu-topology.ts';
import { deviceArguments } from './device-arguments.ts';
import { GUEST_FILES } from './guest-folder.ts';
import { hasHugePages, memoryArguments } from './memory-arguments.ts';
import { withDisks } from './service-disks.ts';

/** Translated code of an emulated guest is kept in this much memory, MiB; QEMU would take up to a gigabyte. */
const TRANSLATION_CACHE_MB = 64;

/** Of the screen, MiB: enough for 2560 × 1600. */
const VIDEO_MEMORY_MB = 16;
/**
 * QEMU before 9.0 loses writes of an emulated guest when it sends the memory of the running machine. It clears the marks of written pages 64 at a time and
 * does not tell the emulated processor, which then marks no further write. It looks at each page by itself, as it should, when the memory is no
 * multiple of 64 pages; so an emulated machine gets two more, unless it has huge pages, which memory is a multiple of.
 */
const ODD_PAGES_KB = 8;
/** PCI slots, hexadecimal, that the devices of guest-devices.ts leave free. */
const FREE_SLOTS = { pc: { screen: '1e', channels: '1f' }, q35: { screen: '1d', channels: '1e' } } as const;
/** QEMU appends what the guest writes, whether or not somebody is connected. */
const CONSOLE_LOG = `logfile=${GUEST_FILES.console},logappend=on`;
/** Nova's name of the image property. */
const GUEST_AGENT = 'hw_qemu_guest_agent';
/** The host's end of the channel. */
export const GUEST_AGENT_CHARDEV = 'agent';
/** The screens. */
const SCREENS: Readonly<Record<VideoModel, string | null>> = {
  vga: `VGA,vgamem_mb=${VIDEO_MEMORY_MB}`,
  virtio: 'virtio-vga',
  cirrus: `cirrus-vga,vgamem_mb=${VIDEO_MEMORY_MB}`,
  bochs: `bochs-display,vgamem=${VIDEO_MEMORY_MB}M`,
  none: null,
};

interface MachineOptions {
  readonly guestId: string;
  readonly spec: GuestSpec;
  /** The image of the rescue whose disk it starts from; its own root disk comes after that one. null: it starts from its root disk. */
  readonly rescue?: Image | null;
  readonly acceleration: Acceleration;
  /** Disks of services. */
  readonly attached?: readonly AttachedDisk[];
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
  rescue = null,
  acceleration,
  attached = [],
}: MachineOptions): readonly string[] {
  const devices = devicesOf(spec);
  const { sockets, cores, threads } = cpuTopology(spec);
  const { placement } = spec;
  const oddKb = acceleration === 'kvm' || (placement !== undefined && hasHugePages(placement)) ? 0 : ODD_PAGES_KB;
  const screen = SCREENS[videoModelOf(spec.image)];
  const machine = [
    ...['-name', `guest=${guestId}`, '-uuid', spec.instanceUuid, '-no-user-config', '-nodefaults'],
    ...['-machine', devices.machine, '-accel', acceleration === 'kvm' ? 'kvm' : `tcg,tb-size=${TRANSLATION_CACHE_MB}`],
    ...[
      '-cpu',
      acceleration === 'kvm' ? 'host' : 'max',
      '-smp',
      `${spec.vcpus},sockets=${sockets},cores=${cores},threads=${threads}`,
    ],
    ...[
      '-m',
      oddKb === 0 ? `${spec.ramMb}M` : `${spec.ramMb * 1024 + oddKb}K`,
      '-rtc',
      `base=${spec.image.properties.os_type?.toLowerCase() === 'windows' ? 'localtime' : 'utc'}`,
      '-boot',
      `strict=on${hasBootMenu(spec) ? ',menu=on' : ''}`,
      '-display',
      'none',
      '-vga',
      'none',
      '-no-shutdown',
    ],
    ...(placement === undefined ? [] : memoryArguments(placement, oddKb)),
    // cloud-init knows by the product that OpenStack's metadata is there.
    ...['-smbios', `type=1,manufacturer=Volvox,product=OpenStack Compute,uuid=${spec.instanceUuid}`],
    ...['-chardev', `socket,id=monitor,path=${GUEST_FILES.monitor},server=on,wait=off`],
    ...['-mon', 'chardev=monitor,mode=control'],
    ...['-chardev', `socket,id=console,path=${GUEST_FILES.serial},server=on,wait=off,${CONSOLE_LOG}`],
    ...['-device', 'isa-serial,chardev=console', '-vnc', `unix:${GUEST_FILES.vnc},share=ignore`],
    ...deviceArguments(devices, {
      rescue: rescue === null ? null : { stable: stableRescueOf(rescue) },
      nicModel: nicModelOf(spec.image),
    }),
    ...(screen === null ? [] : ['-device', `${screen},addr=${FREE_SLOTS[devices.machine].screen}`]),
    ...['-device', `virtio-tablet-pci,addr=${FREE_SLOTS[devices.machine].channels}.0,multifunction=on`],
    ...(hasGuestAgent(spec) ? guestAgentChannel(`${FREE_SLOTS[devices.machine].channels}.1`) : []),
  ];
  return withDisks(machine, attached);
}

/** Whether the machine has a channel to the QEMU guest agent. */
const hasGuestAgent = ({ image }: Pick<GuestSpec, 'image'>): boolean => isYes(image.properties[GUEST_AGENT]);

const guestAgentChannel = (address: string): string[] => [
  ...['-chardev', `socket,id=${GUEST_AGENT_CHARDEV},path=${GUEST_FILES.guestAgent},server=on,wait=off`],
  ...['-device', `virtio-serial-pci,addr=${address}`],
  ...['-device', `virtserialport,chardev=${GUEST_AGENT_CHARDEV},name=org.qemu.guest_agent.0`],
];
