import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { type BlockDevice, MAX_LOCAL_DISKS } from '#platform/objects/block-device.ts';
import type { Flavor } from '#platform/objects/flavor.ts';
import { type LocalDevice, parseLegacyMapping, parseMapping } from './parse-mapping.ts';
import { bootSequence, ephemeralTooLarge, swapTooLarge, tooManyLocals, twoForms, wrongFormat } from './refusals.ts';
import type { DeviceMapping, LegacyMapping } from './schema.ts';

const MIB_OF_GIB = 1024;

interface Mappings {
  readonly imageRef?: string;
  readonly block_device_mapping?: readonly LegacyMapping[];
  readonly block_device_mapping_v2?: readonly DeviceMapping[];
}

interface RequestedDevices {
  /** The image that the server boots from. */
  readonly imageId: string;
  /** undefined: the request has no mapping, so the disks are those of the flavor. */
  readonly devices: readonly BlockDevice[] | undefined;
}

/**
 * The image and the disks that a create request asks for; one that is left out of the mapping and that the flavor has is not in the list yet.
 * @throws VolvoxError invalid, in the words and in the order of Nova's checks.
 */
export function requestedDevices(server: Mappings): RequestedDevices {
  const legacy = server.block_device_mapping ?? [];
  const mappings = server.block_device_mapping_v2 ?? [];
  const named = server.imageRef === undefined || server.imageRef === '' ? undefined : idOf(server.imageRef);
  if (legacy.length > 0 && mappings.length > 0) throw twoForms();
  if (legacy.length === 0 && mappings.length === 0) {
    if (named === undefined)
      throw new VolvoxError(
        'invalid',
        'Missing imageRef attribute: server.imageRef must name an image, or block_device_mapping_v2 a boot device (boot_index 0).',
      );
    return { imageId: named, devices: undefined };
  }
  const field = legacy.length > 0 ? 'block_device_mapping' : 'block_device_mapping_v2';
  const found =
    legacy.length > 0
      ? legacy.map((mapping, index) => parseLegacyMapping(mapping, `${field}[${index}]`))
      : mappings.map((mapping, index) => parseMapping(mapping, `${field}[${index}]`, named !== undefined));
  const devices = found.filter((device) => device !== null);
  // The first form says nothing of the root disk: it is the image's.
  const all = legacy.length > 0 && named !== undefined ? [rootOf(named), ...devices] : devices;
  checkBootSequence(all, field);
  const image = all.find(({ bootIndex }) => bootIndex === 0)?.imageId ?? null;
  if (named === undefined || image !== named) throw bootSequence(field);
  return { imageId: named, devices: all.map(({ imageId: _image, ...device }) => device) };
}

/**
 * The disks that a server has with this flavor: those of the request, and those of the flavor that the request does not speak of.
 * @throws VolvoxError invalid when the flavor does not allow them.
 */
export function devicesWithFlavor(devices: readonly BlockDevice[], flavor: Flavor): readonly BlockDevice[] {
  const all = [...devices];
  const has = (kind: BlockDevice['kind']): boolean => devices.some((device) => device.kind === kind);
  if (flavor.ephemeralGb > 0 && !has('ephemeral')) all.push(blank('ephemeral'));
  if (flavor.swapMb > 0 && !has('swap')) all.push(blank('swap'));
  const ephemeral = all.filter(({ kind }) => kind === 'ephemeral');
  const ephemeralMb = ephemeral.reduce((sum, { sizeMb }) => sum + (sizeMb ?? flavor.ephemeralGb * MIB_OF_GIB), 0);
  if (ephemeralMb > flavor.ephemeralGb * MIB_OF_GIB) {
    throw ephemeralTooLarge(ephemeralMb / MIB_OF_GIB, flavor.ephemeralGb);
  }
  const swaps = all.filter(({ kind }) => kind === 'swap');
  if (swaps.length > 1) throw wrongFormat('guest_format', 'More than one swap drive requested.');
  const swapMb = swaps[0]?.sizeMb ?? 0;
  if (swapMb > flavor.swapMb) throw swapTooLarge(swapMb, flavor.swapMb);
  if (all.length > MAX_LOCAL_DISKS) throw tooManyLocals(all.length, MAX_LOCAL_DISKS);
  return all;
}

const blank = (kind: 'root' | 'ephemeral' | 'swap'): BlockDevice => ({
  kind,
  sizeMb: null,
  format: null,
  bus: null,
  bootIndex: null,
  tag: null,
});

const rootOf = (imageId: string): LocalDevice => ({ ...blank('root'), bootIndex: 0, imageId });

/** Devices to boot from have an index each, from 0 without a gap; there is at least one. */
function checkBootSequence(devices: readonly LocalDevice[], field: string): void {
  const indexes = devices.flatMap(({ bootIndex }) => bootIndex ?? []).sort((a, b) => a - b);
  if (indexes.length === 0 || indexes.some((index, place) => index !== place)) throw bootSequence(field);
}

/** `http://host/images/<id>` or the id. */
const idOf = (reference: string): string => reference.split('/').at(-1)?.split('?')[0] ?? reference;
