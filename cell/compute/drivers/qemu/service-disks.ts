import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { type AttachedDisk, MAX_ATTACHED_DISKS, nbdConnectionOf } from '#platform/objects/attached-disk.ts';

/**
 * The disks of services in a machine: on its command line (`GuestRecord.machine`), and for the monitor of a machine that is up. Pure. QEMU
 * speaks NBD to a socket in the guest's folder, and the agent connects that to the server of the disk (disk-connections.ts).
 */

type Disk = Omit<AttachedDisk, 'tag'>;

/** How long the guest's requests wait for a connection that was lost, s; afterwards they fail, until it is there again. */
const RECONNECT_S = 60;
/** The guest learns of what fails, as from a disk of its own. */
const ON_ERROR = 'report';
const NODE_NAME_CHARACTERS = 30;

export const diskSocket = ({ unit }: Pick<Disk, 'unit'>): string => `disk-${unit}.sock`;
/** QEMU allows 31 characters, the first one a letter. */
export const nodeName = (id: string): string => `n${id.replaceAll('-', '').slice(0, NODE_NAME_CHARACTERS)}`;
const deviceId = (id: string): string => `disk-${id}`;
const controllerId = (id: string): string => `bus-${id}`;
/** The device that the guest gives up, with everything behind it. */
export const unpluggedId = ({ id, bus }: Pick<Disk, 'id' | 'bus'>): string =>
  bus === 'scsi' ? controllerId(id) : deviceId(id);

/** As `blockdev-add` and `-blockdev` take it. @throws VolvoxError as `nbdConnectionOf`. */
export const blockNode = (disk: Disk) => ({
  driver: 'nbd',
  'node-name': nodeName(disk.id),
  server: { type: 'unix', path: diskSocket(disk) },
  export: nbdConnectionOf(disk).exportName,
  'reconnect-delay': RECONNECT_S,
  'read-only': disk.readOnly,
  discard: 'unmap',
});

/** The devices, in the order in which they are plugged. A disk on SCSI has a controller of its own. `place`: as `diskPlace` gives it. */
export function diskDevices({ id, bus }: Disk, place: string): readonly Readonly<Record<string, string>>[] {
  const [key = '', value = ''] = place.split('=');
  const rest = { id: deviceId(id), drive: nodeName(id), serial: id, rerror: ON_ERROR, werror: ON_ERROR };
  if (bus === 'virtio') return [{ driver: 'virtio-blk-pci', ...rest, [key]: value }];
  return [
    { driver: 'virtio-scsi-pci', id: controllerId(id), [key]: value },
    { driver: 'scsi-hd', bus: `${controllerId(id)}.0`, ...rest },
  ];
}

const diskArguments = (disk: Disk, place: string): readonly string[] => [
  ...['-blockdev', JSON.stringify(blockNode(disk))],
  ...diskDevices(disk, place).flatMap(({ driver, ...properties }) => [
    '-device',
    [driver, ...Object.entries(properties).map(([name, value]) => `${name}=${value}`)].join(','),
  ]),
];

export function withoutDisk(machine: readonly string[], id: string): readonly string[] {
  const marks = [`"node-name":"${nodeName(id)}"`, `,id=${deviceId(id)},`, `,id=${controllerId(id)},`];
  const isOfDisk = (argument: string | undefined): boolean =>
    argument !== undefined && marks.some((mark) => argument.includes(mark));
  return machine.filter((argument, at) => !isOfDisk(argument) && !isOfDisk(machine[at + 1]));
}

/** The last slots of a `pc` that other devices come to; on a q35, the last ports that cards come to (cards.ts). */
const LAST_SLOT = 0x1d;

/**
 * Where the disk is in this machine, which does not have it: a slot of a `pc`, a port of a q35.
 * @throws VolvoxError invalid when something else is there, or a machine of an earlier release has no such port.
 */
export function diskPlace(machine: readonly string[], { id, unit }: Pick<Disk, 'id' | 'unit'>): string {
  const isQ35 = machine[machine.indexOf('-machine') + 1]?.startsWith('q35') === true;
  const slot = (LAST_SLOT - unit).toString(16);
  const port = `plug${MAX_ATTACHED_DISKS - 1 - unit}`;
  const isFree = isQ35
    ? machine.some((argument) => argument.includes(`,id=${port},`)) &&
      !machine.some((argument) => new RegExp(`,bus=${port}(,|$)`).test(argument))
    : !machine.some((argument) => new RegExp(`,addr=${slot}([.,]|$)`).test(argument));
  if (isFree) return isQ35 ? `bus=${port}` : `addr=${slot}.0`;
  throw new VolvoxError('invalid', `The machine has no address left for disk ${id}: it has too many other devices.`, {
    blame: 'request',
  });
}

/** The machine with these disks. @throws VolvoxError as `diskPlace` and `nbdConnectionOf`. */
export function withDisks(machine: readonly string[], disks: readonly Disk[]): readonly string[] {
  const made = [...machine];
  for (const disk of disks) made.push(...diskArguments(disk, diskPlace(made, disk)));
  return made;
}
