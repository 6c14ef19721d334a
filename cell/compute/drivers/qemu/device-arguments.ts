import type { ControllerBus, DiskOnBus, devicesOf, PciAddress, PlacedDevice } from '#platform/objects/guest-devices.ts';
import type { GuestDisk } from '#platform/objects/guest-disks.ts';
import { cardArguments, plugPorts } from './cards.ts';
import { GUEST_FILES } from './guest-folder.ts';

type Devices = ReturnType<typeof devicesOf>;

interface DeviceOptions {
  /** The machine starts from the disk of a rescue, and from no other. */
  readonly isRescued: boolean;
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
  const { machine, onPci, spare, onOtherBuses } = devices;
  const isRoot = (device: PlacedDevice): boolean => device.kind === 'disk' && device.disk.name === 'root';
  const root = onPci.find(isRoot);
  const replaced = options.isRescued ? root : undefined;
  return [
    ...(machine === 'q35' ? plugPorts : []),
    ...(options.isRescued ? rescueArguments(replaced?.pci ?? spare) : []),
    ...onPci.filter((device) => device !== replaced).flatMap((device) => onFirstBus(device, options)),
    ...onOtherBuses.flatMap((device) => onOwnBus(device, machine === 'q35', options)),
    ...(replaced?.kind === 'disk' ? virtioDisk(replaced.disk, options, address(spare)) : []),
  ];
}

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
      return cardArguments(device.nic, place);
    case 'rng':
      return ['-device', `virtio-rng-pci,${place}`];
  }
}

const virtioDisk = (disk: GuestDisk, options: DeviceOptions, place: string): readonly string[] => [
  ...driveOf(disk),
  ...['-device', `virtio-blk-pci,drive=${disk.name}${booting(disk, options)},${place}`],
];

function onOwnBus({ disk, bus, unit }: DiskOnBus, isQ35: boolean, options: DeviceOptions): readonly string[] {
  const rest = `drive=${disk.name}${booting(disk, options)}`;
  switch (bus) {
    case 'scsi':
      return [...driveOf(disk), ...['-device', `scsi-hd,bus=scsi.0,channel=0,scsi-id=0,lun=${unit},${rest}`]];
    case 'sata':
      return [...driveOf(disk), ...['-device', `ide-hd,bus=${isQ35 ? 'ide' : 'sata'}.${unit},${rest}`]];
    case 'ide':
      return [...driveOf(disk), ...['-device', `ide-hd,bus=ide.${unit >> 1},unit=${unit & 1},${rest}`]];
    case 'usb':
      return [...driveOf(disk), ...['-device', `usb-storage,bus=usb.0,port=${unit + 1},${rest}`]];
  }
}

const booting = ({ bootIndex }: GuestDisk, { isRescued }: DeviceOptions): string =>
  bootIndex === null || isRescued ? '' : `,bootindex=${bootIndex + 1}`;

const driveOf = ({ name }: GuestDisk): readonly string[] => drive(name, FILES[name]);

const drive = (id: string, file: string): readonly string[] => [
  ...['-drive', `file=${file},format=qcow2,if=none,id=${id},cache=writeback,discard=unmap`],
];

function address({ slot, function: one, isShared }: PciAddress): string {
  const text = `addr=${slot.toString(16)}.${one}`;
  return isShared && one === 0 ? `${text},multifunction=on` : text;
}
