import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { BlockDevice, CreateServerBody } from './schema.ts';

/**
 * The id of the image to boot from. Block device mappings pass only in the one form that says the same: the image, on a local
 * disk, first to boot.
 * @throws VolvoxError invalid
 */
export function requestedImage(server: CreateServerBody['server']): string {
  if ((server.block_device_mapping ?? []).length > 0) throw volumesNotOffered('block_device_mapping');
  const mapped = (server.block_device_mapping_v2 ?? []).map(localImage);
  if (mapped.length > 1) throw volumesNotOffered('block_device_mapping_v2');
  const named = server.imageRef === undefined || server.imageRef === '' ? undefined : idOf(server.imageRef);
  const [fromMapping] = mapped;
  if (named !== undefined && fromMapping !== undefined && named !== fromMapping) {
    throw new VolvoxError(
      'invalid',
      'Block Device Mapping is Invalid: Boot sequence for the instance and image/block device mapping combination is not valid.',
    );
  }
  const id = named ?? fromMapping;
  if (id === undefined) throw new VolvoxError('invalid', 'Invalid imageRef provided.');
  return id;
}

function localImage(device: BlockDevice): string {
  const boots = device.boot_index === undefined || Number(device.boot_index) === 0;
  if (device.source_type !== 'image' || device.destination_type !== 'local' || !boots || !device.uuid) {
    throw volumesNotOffered('block_device_mapping_v2');
  }
  return device.uuid;
}

const volumesNotOffered = (field: string): VolvoxError =>
  new VolvoxError(
    'invalid',
    `Block Device Mapping is Invalid: volumes are not offered here; ${field} may only name the image as the local boot disk.`,
  );

/** `http://host/images/<id>` or the id. */
const idOf = (reference: string): string => reference.split('/').at(-1)?.split('?')[0] ?? reference;
