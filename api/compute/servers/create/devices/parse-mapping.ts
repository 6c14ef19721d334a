import { type BlockDevice, DISK_BUSES, EPHEMERAL_FORMATS } from '#platform/objects/block-device.ts';
import { CDROM_BUSES } from '#platform/objects/image-hardware.ts';
import { member } from '#platform/objects/member.ts';
import { blankWithoutSize, imageWithoutSize, noNewVolume, noSnapshot, noVolume, wrongFormat } from './refusals.ts';
import type { DeviceMapping, LegacyMapping } from './schema.ts';

/** A device that is on the server's host, and the image that it begins as. */
export interface LocalDevice extends BlockDevice {
  readonly imageId: string | null;
}

const MIB_OF_GIB = 1024;
const SWAP = 'swap';
/** Nova's other buses, which no host here has. */
const OTHER_BUSES = ['fdc', 'xen', 'lxc', 'uml'];

/**
 * A device of `block_device_mapping_v2`; null: the request says that there is none (`no_device`).
 * @param field where it stands in the request, for errors.
 * @param hasImage the request names an image too.
 * @throws VolvoxError invalid, in Nova's words; also for everything that needs a volume.
 */
export function parseMapping(mapping: DeviceMapping, field: string, hasImage: boolean): LocalDevice | null {
  if (isSet(mapping.no_device)) return null;
  const { source_type: source, uuid } = mapping;
  if (source === undefined) throw wrongFormat(`${field}.source_type`, 'Some required fields are missing');
  if (mapping.virtual_name !== undefined) throw wrongFormat(`${field}.virtual_name`, 'Some fields are invalid.');
  if (source === 'blank' && uuid !== undefined) throw wrongFormat(`${field}.uuid`, 'Invalid device UUID.');
  if (source !== 'blank' && uuid === undefined) throw wrongFormat(`${field}.uuid`, 'Missing device UUID.');
  const bootIndex = bootIndexOf(mapping);
  const destination = mapping.destination_type ?? (source === 'blank' || source === 'image' ? 'local' : 'volume');
  if (source === 'image' && destination === 'local' && !(hasImage && bootIndex === 0)) {
    throw wrongFormat(field, 'Mapping image to local is not supported.');
  }
  if (mapping.volume_type != null && mapping.volume_type !== '' && destination !== 'volume') {
    throw wrongFormat(
      `${field}.volume_type`,
      `Specifying a volume_type with destination_type=${destination} is not supported`,
    );
  }
  if (source === 'volume') throw noVolume(field, uuid ?? '');
  if (source === 'snapshot') throw noSnapshot(field, uuid ?? '');
  const size = Number(mapping.volume_size ?? 0);
  if (destination === 'volume') throw asVolume(source, size, field);
  const isSwap = source === 'blank' && mapping.guest_format === SWAP;
  const kind = source === 'image' ? 'root' : isSwap ? 'swap' : 'ephemeral';
  const isCdrom = isCdromDrive(mapping.device_type, kind, field);
  return {
    kind,
    ...(isCdrom ? { type: 'cdrom' } : {}),
    sizeMb: kind === 'root' || size === 0 ? null : isSwap ? size : size * MIB_OF_GIB,
    format: kind === 'ephemeral' ? formatOf(mapping.guest_format, field) : null,
    bus: isCdrom ? cdromBus(mapping.disk_bus, field) : busOf(mapping.disk_bus, field),
    bootIndex,
    tag: mapping.tag ?? null,
    imageId: source === 'image' ? (uuid ?? null) : null,
  };
}

/** A device of `block_device_mapping`, as `parseMapping`. */
export function parseLegacyMapping(mapping: LegacyMapping, field: string): LocalDevice | null {
  const { virtual_name: name, snapshot_id: snapshot, volume_id: volume } = mapping;
  const isSwap = name === SWAP;
  if (isSwap || (name !== undefined && /^ephemeral(\d|[1-9]\d+)$/.test(name))) {
    const size = Number(mapping.volume_size ?? 0);
    const sizeMb = size === 0 ? null : isSwap ? size : size * MIB_OF_GIB;
    const kind = isSwap ? 'swap' : 'ephemeral';
    return { kind, sizeMb, format: null, bus: null, bootIndex: null, tag: null, imageId: null };
  }
  if (snapshot !== undefined) throw noSnapshot(field, snapshot);
  if (volume !== undefined) throw noVolume(field, volume);
  if (isSet(mapping.no_device)) return null;
  throw wrongFormat(field, 'Unrecognized legacy format.');
}

/** As Python takes a value for true. */
const isSet = (value: unknown): boolean =>
  Boolean(value) && !(typeof value === 'object' && value !== null && Object.keys(value).length === 0);

/** Negative and null: the machine does not start from it. */
function bootIndexOf({ boot_index: index }: DeviceMapping): number | null {
  const number = Number(index ?? -1);
  return number < 0 ? null : number;
}

function asVolume(source: 'blank' | 'image', size: number, field: string): Error {
  if (size === 0) return source === 'image' ? imageWithoutSize(field) : blankWithoutSize(field);
  return noNewVolume(field, source);
}

function busOf(bus: string | undefined, field: string): BlockDevice['bus'] {
  if (bus === undefined || bus === '') return null;
  const known = DISK_BUSES.find((one) => one === bus);
  if (known !== undefined) return known;
  const place = `${field}.disk_bus`;
  const supported = `Hosts have ${DISK_BUSES.join(', ')}.`;
  if (OTHER_BUSES.includes(bus)) throw wrongFormat(place, `No host has disk bus ${bus}. ${supported}`);
  throw wrongFormat(place, `The provided disk bus ${bus} is not valid. ${supported}`);
}

function cdromBus(bus: string | undefined, field: string): BlockDevice['bus'] {
  const known = busOf(bus, field);
  if (known === null || CDROM_BUSES.some((one) => one === known)) return known;
  throw wrongFormat(`${field}.disk_bus`, `A cdrom cannot be on bus ${known}; it can be on ${CDROM_BUSES.join(', ')}.`);
}

/** Nova's other types: a floppy disk, a file system, and a SCSI device of the host that takes every command. */
const OTHER_TYPES: Readonly<Record<string, string>> = {
  floppy: 'No host has floppy drives.',
  fs: 'No host shares a folder with its guests.',
  lun: 'A lun is a volume that is attached over SCSI, and this disk is a file of the host.',
};

function isCdromDrive(type: string | undefined, kind: BlockDevice['kind'], field: string): boolean {
  if (type === undefined || type === '' || type === 'disk') return false;
  const place = `${field}.device_type`;
  if (type !== 'cdrom') {
    const why = member(OTHER_TYPES, type) ?? 'It is unknown.';
    throw wrongFormat(place, `A device of type ${type} cannot be made on a host. ${why} Use disk or cdrom.`);
  }
  if (kind === 'root') return true;
  throw wrongFormat(place, 'A blank device of type cdrom cannot be made on a host: a guest writes to no CD-ROM.');
}

function formatOf(format: string | undefined, field: string): string | null {
  if (format === undefined || format === '') return null;
  if (EPHEMERAL_FORMATS.some((known) => known === format)) return format;
  const known = [...EPHEMERAL_FORMATS, SWAP].join(', ');
  throw wrongFormat(`${field}.guest_format`, `Hosts cannot make the format ${format}; they can make ${known}.`);
}
