import { VolvoxError } from '../errors/volvox-error.ts';
import type { DiskBus } from './block-device.ts';
import type { GuestNic, GuestSpec } from './guest.ts';
import { disksOf, type GuestDisk } from './guest-disks.ts';
import type { HostDevice } from './host-device.ts';
import { cdromBusOf, diskBusOf, type MachineType, machineTypeOf } from './image-hardware.ts';

/**
 * Where each device of a guest's machine is. Hosts build the machine by it, and the guest's metadata tells the guest where it finds the
 * devices that its user tagged. Addresses follow from the spec alone, and a device keeps its address when others come after it.
 */
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
  | { readonly kind: 'rng' }
  | { readonly kind: 'host-device'; readonly device: HostDevice };

export type PlacedDevice = DeviceOnPci & { readonly pci: PciAddress };

/** A place behind a controller; `unit` counts the disks of its bus from 0. */
export interface PlaceOnBus {
  readonly bus: Exclude<DiskBus, 'virtio'>;
  readonly unit: number;
}

export interface DiskOnBus extends PlaceOnBus {
  readonly disk: GuestDisk;
}

interface GuestDevices {
  readonly machine: MachineType;
  readonly onPci: readonly PlacedDevice[];
  /** The address after the last one, for a device that is there for a while only. */
  readonly spare: PciAddress;
  readonly onOtherBuses: readonly DiskOnBus[];
  /** Where the config drive is; null: there is none. */
  readonly configDrive: PlaceOnBus | null;
}

type DevicesOfSpec = Pick<
  GuestSpec,
  'rootGb' | 'ephemeralGb' | 'swapMb' | 'disks' | 'nics' | 'devices' | 'image' | 'configDrive'
>;

/** The first slot that is free in a machine of this type without a screen, and how many are. */
const FIRST_SLOT: Readonly<Record<MachineType, number>> = { pc: 2, q35: 1 };
const SLOTS = 27;

/** @throws VolvoxError invalid for what an image or a request asks and no machine has. */
export function devicesOf(spec: DevicesOfSpec): GuestDevices {
  const machine = machineTypeOf(spec.image);
  const disks = disksOf(spec);
  const virtio: GuestDisk[] = [];
  const onOtherBuses: DiskOnBus[] = [];
  const next = (bus: PlaceOnBus['bus']): PlaceOnBus => {
    if (bus === 'ide' && machine === 'q35') throw refusal('Machines of type q35 have no IDE bus; sata is close to it.');
    return { bus, unit: onOtherBuses.filter((other) => other.bus === bus).length };
  };
  for (const disk of disks) {
    const bus = busOfDisk(disk, spec.image);
    if (bus === 'virtio') virtio.push(disk);
    else onOtherBuses.push({ disk, ...next(bus) });
  }
  const configDrive = spec.configDrive ? next(cdromBusOf(spec.image)) : null;
  const needs = (bus: ControllerBus): boolean => [...onOtherBuses, configDrive].some((other) => other?.bus === bus);
  const controllers = (['scsi', 'sata', 'usb'] as const).filter(
    (bus) => needs(bus) && !(bus === 'sata' && machine === 'q35'),
  );
  const devices: readonly DeviceOnPci[] = [
    ...virtio.map((disk) => ({ kind: 'disk', disk }) as const),
    ...controllers.map((bus) => ({ kind: 'controller', bus }) as const),
    { kind: 'rng' },
    // After these: cards come and go, and nothing else may move.
    ...spec.nics.map((nic, index) => ({ kind: 'nic', nic, index }) as const),
    // Metadata tells of the others, whatever the claim of the guest has chosen.
    ...(spec.devices ?? []).map((device) => ({ kind: 'host-device', device }) as const),
  ];
  const pciOf = (index: number): PciAddress => ({
    slot: FIRST_SLOT[machine] + (index % SLOTS),
    function: Math.floor(index / SLOTS),
    isShared: devices.length >= SLOTS,
  });
  const onPci = devices.map((device, index) => ({ ...device, pci: pciOf(index) }));
  return { machine, onPci, spare: pciOf(devices.length), onOtherBuses, configDrive };
}

export const busOfDisk = ({ bus, type }: Pick<GuestDisk, 'bus' | 'type'>, image: GuestSpec['image']): DiskBus =>
  bus ?? (type === 'cdrom' ? cdromBusOf(image) : diskBusOf(image));

const refusal = (message: string): VolvoxError => new VolvoxError('invalid', message, { blame: 'request' });
