import { VolvoxError } from '../errors/volvox-error.ts';
import { DISK_BUSES, type DiskBus } from './block-device.ts';
import { isYes } from './boolean-text.ts';
import type { GuestSpec } from './guest.ts';
import type { Image } from './image.ts';

/**
 * What an image asks of the machine that boots from it, by Nova's names of image properties (nova/objects/image_meta.py). Hosts build machines
 * by it, the scheduler leaves out hosts that lack it, and guests are told of it.
 */
const MACHINE_TYPES = ['pc', 'q35'] as const;
export type MachineType = (typeof MACHINE_TYPES)[number];
/** Network cards. */
const NIC_MODELS = ['virtio', 'e1000', 'e1000e', 'rtl8139', 'pcnet', 'ne2k_pci'] as const;
export type NicModel = (typeof NIC_MODELS)[number];
/** Screens; `none`: the machine has no screen. */
const VIDEO_MODELS = ['vga', 'virtio', 'cirrus', 'bochs', 'none'] as const;
export type VideoModel = (typeof VIDEO_MODELS)[number];
/** The buses that a CD-ROM drive can be on. */
export const CDROM_BUSES = ['ide', 'sata', 'scsi'] as const;
type CdromBus = (typeof CDROM_BUSES)[number];
const RESCUE_DEVICES = ['disk', 'cdrom'] as const;

/** What hosts with QEMU can give, by the capability that the scheduler compares (scheduler/filters/image-properties.ts). */
export const QEMU_CAPABILITIES = {
  architectures: ['x86_64', 'i686'],
  vmModes: ['hvm'],
  machineTypes: [...MACHINE_TYPES],
  diskBuses: [...DISK_BUSES],
  cdromBuses: [...CDROM_BUSES],
  nicModels: [...NIC_MODELS],
  videoModels: [...VIDEO_MODELS],
  scsiModels: ['virtio-scsi'],
  firmwareTypes: ['bios'],
};

type OfImage = Pick<Image, 'properties'>;

/** @throws VolvoxError invalid, as all below. */
export const machineTypeOf = (image: OfImage): MachineType =>
  oneOfAsked(image, 'hw_machine_type', MACHINE_TYPES) ?? 'pc';

/** The bus of disks of which nobody said more. */
export const diskBusOf = (image: OfImage): DiskBus => oneOfAsked(image, 'hw_disk_bus', DISK_BUSES) ?? 'virtio';

/** The bus of CD-ROM drives: of a root disk that is one, and of the config drive. */
export const cdromBusOf = (image: OfImage): CdromBus =>
  oneOfAsked(image, 'hw_cdrom_bus', CDROM_BUSES) ?? (machineTypeOf(image) === 'q35' ? 'sata' : 'ide');

export const nicModelOf = (image: OfImage): NicModel => oneOfAsked(image, 'hw_vif_model', NIC_MODELS) ?? 'virtio';

export const videoModelOf = (image: OfImage): VideoModel => oneOfAsked(image, 'hw_video_model', VIDEO_MODELS) ?? 'vga';

/** Whether the firmware shows its menu, because the image or the flavor says so. */
export const hasBootMenu = ({ image, extraSpecs }: Pick<GuestSpec, 'image' | 'extraSpecs'>): boolean =>
  isYes(image.properties.hw_boot_menu) || isYes(extraSpecs['hw:boot_menu']);

/** Where the disk of a rescue is, when its image asks that no other device moves for it. */
export type StableRescue =
  | { readonly type: 'disk'; readonly bus: DiskBus }
  | { readonly type: 'cdrom'; readonly bus: CdromBus };

/** null: the image does not ask for it, so that the disk of the rescue is where the root disk was. */
export function stableRescueOf(image: OfImage): StableRescue | null {
  const { hw_rescue_device: device, hw_rescue_bus: bus } = image.properties;
  if (device === undefined && bus === undefined) return null;
  const type = oneOfAsked(image, 'hw_rescue_device', RESCUE_DEVICES) ?? 'disk';
  return type === 'disk'
    ? { type, bus: oneOfAsked(image, 'hw_rescue_bus', DISK_BUSES) ?? diskBusOf(image) }
    : { type, bus: oneOfAsked(image, 'hw_rescue_bus', CDROM_BUSES) ?? cdromBusOf(image) };
}

/** undefined: the image does not say. */
function oneOfAsked<T extends string>({ properties }: OfImage, name: string, known: readonly T[]): T | undefined {
  const asked = properties[name];
  if (asked === undefined) return undefined;
  const found = known.find((one) => one === asked.toLowerCase());
  if (found !== undefined) return found;
  throw new VolvoxError(
    'invalid',
    `Requested hardware '${asked}' is not supported by the 'qemu' virt driver. ` +
      `The image asks for it (${name}); hosts have ${known.join(', ')}.`,
    { blame: 'request' },
  );
}
