import type {
  ControllerBus,
  DiskOnBus,
  devicesOf,
  PciAddress,
  PlacedDevice,
  PlaceOnBus,
} from '#platform/objects/guest-devices.ts';
import type { GuestDisk } from '#platform/objects/guest-disks.ts';
import type { HostDevice } from '#platform/objects/host-device.ts';
import type { NicModel, StableRescue } from '#platform/objects/image-hardware.ts';
import { cardArguments, plugPorts } from './cards.ts';
import { GUEST_FILES } from './guest-folder.ts';
import { deviceFolder } from './host-devices.ts';

type Devices = ReturnType<typeof devicesOf>;

interface DeviceOptions {
  /** The machine starts from the disk of a rescue, and from no other; `stable`: it is on a place of its own. */
  readonly rescue: { readonly stable: StableRescue | null } | null;
  readonly nicModel: NicModel;
}

const FILES: Readonly<Record<GuestDisk['name'], string>> = {
  root: GUEST_FILES.disk,
  ephemeral: GUEST_FILES.ephemeral,
  ephemeral1: GUEST_FILES.ephemeral1,
  swap: GUEST_FILES.swap,
};

const CONTROLLERS: Readonly<Record<ControllerBus, string>> = {
  scsi: 'virtio-scsi-pci,id=scsi',
  sata: 'ich9-ahci,id=sata',
  usb: 'qemu-xhci,id=usb',
};

/** The disks, controllers and cards of a machine, at the addresses that its guest's metadata tells. Pure. */
export function deviceArguments(devices: Devices, options: DeviceOptions): readonly string[] {
  const { machine, onPci, spare, onOtherBuses, configDrive } = devices;
  const { rescue } = options;
  const isRoot = (device: PlacedDevice): boolean => device.kind === 'disk' && device.disk.name === 'root';
  const root = onPci.find(isRoot);
  const stable = rescue?.stable ?? null;
  const replaced = rescue !== null && stable === null ? root : undefined;
  return [
    ...(machine === 'q35' ? plugPorts : []),
    ...(rescue !== null && stable === null ? rescueArguments(replaced?.pci ?? spare) : []),
    ...onPci.filter((device) => device !== replaced).flatMap((device) => onFirstBus(device, options)),
    ...onOtherBuses.flatMap((device) => onOwnBus(device, machine, options)),
    ...(configDrive === null ? [] : configDriveArguments(configDrive, machine)),
    ...(replaced?.kind === 'disk' ? virtioDisk(replaced.disk, options, address(spare)) : []),
    ...(stable === null ? [] : stableRescueArguments(stable, devices)),
  ];
}

/**
 * The disk of a rescue whose image asks for a stable device comes last, on the bus that the image names. The address after the last device is
 * its own, or its controller's.
 */
function stableRescueArguments({ type, bus }: StableRescue, devices: Devices): readonly string[] {
  const { machine, onPci, spare, onOtherBuses, configDrive } = devices;
  const place = address(spare);
  if (bus === 'virtio') return rescueArguments(spare);
  const unit = [...onOtherBuses, configDrive].filter((other) => other?.bus === bus).length;
  const isBuiltIn = bus === 'ide' || (bus === 'sata' && machine === 'q35');
  const hasController = isBuiltIn || onPci.some((device) => device.kind === 'controller' && device.bus === bus);
  return [
    ...(hasController ? [] : ['-device', `${CONTROLLERS[bus]},${place}`]),
    ...drive('rescue', GUEST_FILES.rescue),
    ...['-device', `${driverOn({ bus, unit }, type, machine)},drive=rescue,bootindex=1`],
  ];
}

const configDriveArguments = (place: PlaceOnBus, machine: Devices['machine']): readonly string[] => [
  ...['-drive', `file=${GUEST_FILES.configDrive},format=raw,if=none,id=config,readonly=on,media=cdrom`],
  ...['-device', `${driverOn(place, 'cdrom', machine)},drive=config`],
];

/**
 * The disk of a rescue is the first one that the guest finds: it has the address of the root disk, which gets the one after the last device, so
 * that no other device moves. A root disk on another bus stays where it is, and the disk of the rescue comes last.
 */
const rescueArguments = (pci: PciAddress): readonly string[] => [
  ...drive('rescue', GUEST_FILES.rescue),
  ...['-device', `virtio-blk-pci,drive=rescue,bootindex=1,${address(pci)}`],
];

function onFirstBus(device: PlacedDevice, options: DeviceOptions): readonly string[] {
  const place = address(device.pci);
  switch (device.kind) {
    case 'disk':
      return virtioDisk(device.disk, options, place);
    case 'controller':
      return ['-device', `${CONTROLLERS[device.bus]},${place}`];
    case 'nic':
      return cardArguments(device.nic, place, options.nicModel);
    case 'rng':
      return ['-device', `virtio-rng-pci,${place}`];
    case 'host-device':
      return ['-device', `vfio-pci,${hostDevice(device.device)},${place}`];
  }
}

const hostDevice = ({ address, type }: HostDevice): string =>
  type === 'mdev' ? `sysfsdev=${deviceFolder(address)}` : `host=${address}`;

const virtioDisk = (disk: GuestDisk, options: DeviceOptions, place: string): readonly string[] => [
  ...driveOf(disk),
  ...['-device', `virtio-blk-pci,drive=${disk.name}${booting(disk, options)},${place}`],
];

const onOwnBus = (
  { disk, ...place }: DiskOnBus,
  machine: Devices['machine'],
  options: DeviceOptions,
): readonly string[] => [
  ...driveOf(disk),
  ...['-device', `${driverOn(place, disk.type ?? 'disk', machine)},drive=${disk.name}${booting(disk, options)}`],
];

/** The driver of a disk or of a CD-ROM, and its place. On a q35 the bus of SATA has the name that IDE has on the other. */
function driverOn({ bus, unit }: PlaceOnBus, type: 'disk' | 'cdrom', machine: Devices['machine']): string {
  const kind = type === 'cdrom' ? 'cd' : 'hd';
  switch (bus) {
    case 'scsi':
      return `scsi-${kind},bus=scsi.0,channel=0,scsi-id=0,lun=${unit}`;
    case 'sata':
      return `ide-${kind},bus=${machine === 'q35' ? 'ide' : 'sata'}.${unit}`;
    case 'ide':
      return `ide-${kind},bus=ide.${unit >> 1},unit=${unit & 1}`;
    case 'usb':
      return `usb-storage,bus=usb.0,port=${unit + 1}`;
  }
}

const booting = ({ bootIndex }: GuestDisk, { rescue }: DeviceOptions): string =>
  bootIndex === null || rescue !== null ? '' : `,bootindex=${bootIndex + 1}`;

const driveOf = ({ name }: GuestDisk): readonly string[] => drive(name, FILES[name]);

const drive = (id: string, file: string): readonly string[] => [
  ...['-drive', `file=${file},format=qcow2,if=none,id=${id},cache=writeback,discard=unmap`],
];

function address({ slot, function: one, isShared }: PciAddress): string {
  const text = `addr=${slot.toString(16)}.${one}`;
  return isShared && one === 0 ? `${text},multifunction=on` : text;
}
