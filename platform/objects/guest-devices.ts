import { VolvoxError } from '../errors/volvox-error.ts';
import type { DiskBus } from './block-device.ts';
import type { GuestNic, GuestSpec } from './guest.ts';
import { disksOf, type GuestDisk } from './guest-disks.ts';

/**
 * Where each device of a guest's machine is. Hosts build the machine by it, and the guest's metadata tells the guest where it finds the
 * devices that its user tagged. Addresses follow from the spec alone, and a device keeps its address when others come after it.
 */
export const MACHINE_TYPES = ['pc', 'q35'] as const;
type MachineType = (typeof MACHINE_TYPES)[number];

/** A place on the machine's first PCI bus. */
export interface PciAddress {
  readonly slot: number;
  readonly function: number;
  /** Other functions of the slot are in use, too. */
  readonly isShared: boolean;
}

/** Controllers that a machine gets for disks on these buses. On a q35 SATA is built in, as IDE is on the other. */
export type ControllerBus = 'scsi' | 'sata' | 'usb';

type DeviceOnPci =
  | { readonly kind: 'disk'; readonly disk: GuestDisk }
  | { readonly kind: 'controller'; readonly bus: ControllerBus }
  | { readonly kind: 'nic'; readonly nic: GuestNic; readonly index: number }
  | { readonly kind: 'rng' };

export type PlacedDevice = DeviceOnPci & { readonly pci: PciAddress };

/** A disk behind a controller; `unit` counts the disks of its bus from 0. */
export interface DiskOnBus {
  readonly disk: GuestDisk;
  readonly bus: Exclude<DiskBus, 'virtio'>;
  readonly unit: number;
}

interface GuestDevices {
  readonly machine: MachineType;
  readonly onPci: readonly PlacedDevice[];
  /** The address after the last one, for a device that is there for a while only. */
  readonly spare: PciAddress;
  readonly onOtherBuses: readonly DiskOnBus[];
}

type DevicesOfSpec = Pick<GuestSpec, 'rootGb' | 'ephemeralGb' | 'swapMb' | 'disks' | 'nics' | 'image'>;

/** The first slot that is free in a machine of this type without a screen, and how many are. */
const FIRST_SLOT: Readonly<Record<MachineType, number>> = { pc: 2, q35: 1 };
const SLOTS = 27;

/** @throws VolvoxError invalid for what an image or a request asks and no machine has. */
export function devicesOf(spec: DevicesOfSpec): GuestDevices {
  const machine = machineTypeOf(spec);
  const disks = disksOf(spec);
  const onOtherBuses: DiskOnBus[] = [];
  for (const disk of disks) {
    const bus = disk.bus ?? 'virtio';
    if (bus === 'virtio') continue;
    if (bus === 'ide' && machine === 'q35') throw refusal('Machines of type q35 have no IDE bus; sata is close to it.');
    onOtherBuses.push({ disk, bus, unit: onOtherBuses.filter((other) => other.bus === bus).length });
  }
  const needs = (bus: ControllerBus): boolean => onOtherBuses.some((other) => other.bus === bus);
  const controllers = (['scsi', 'sata', 'usb'] as const).filter(
    (bus) => needs(bus) && !(bus === 'sata' && machine === 'q35'),
  );
  const devices: readonly DeviceOnPci[] = [
    ...disks.filter(({ bus }) => (bus ?? 'virtio') === 'virtio').map((disk) => ({ kind: 'disk', disk }) as const),
    ...controllers.map((bus) => ({ kind: 'controller', bus }) as const),
    { kind: 'rng' },
    // Last: cards come and go, and nothing else may move.
    ...spec.nics.map((nic, index) => ({ kind: 'nic', nic, index }) as const),
  ];
  const pciOf = (index: number): PciAddress => ({
    slot: FIRST_SLOT[machine] + (index % SLOTS),
    function: Math.floor(index / SLOTS),
    isShared: devices.length >= SLOTS,
  });
  const onPci = devices.map((device, index) => ({ ...device, pci: pciOf(index) }));
  return { machine, onPci, spare: pciOf(devices.length), onOtherBuses };
}

function machineTypeOf({ image }: DevicesOfSpec): MachineType {
  const asked = image.properties.hw_machine_type;
  if (asked === undefined) return 'pc';
  const known = MACHINE_TYPES.find((type) => type === asked);
  if (known !== undefined) return known;
  throw refusal(`The image asks for machine type ${asked}; there are ${MACHINE_TYPES.join(' and ')}.`);
}

const refusal = (message: string): VolvoxError => new VolvoxError('invalid', message, { blame: 'request' });
