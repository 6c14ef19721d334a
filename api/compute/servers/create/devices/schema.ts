import { arrayOf, boolean, deviceTag, extend, object, orNull, string } from '../../../../http/parameter-types.ts';
import type { Schema } from '../../../../http/validator.ts';

/** Members that both forms of a block device mapping have (nova/api/openstack/compute/schemas/block_device_mapping.py). */
interface AnyMapping {
  readonly volume_id?: string;
  readonly snapshot_id?: string;
  readonly volume_size?: number | string;
  readonly device_name?: string;
  readonly delete_on_termination?: unknown;
  readonly no_device?: unknown;
  readonly connection_info?: string;
  readonly virtual_name?: string;
}

/** An element of `block_device_mapping`. */
export type LegacyMapping = AnyMapping;

/** An element of `block_device_mapping_v2`. */
export interface DeviceMapping extends AnyMapping {
  readonly source_type?: 'volume' | 'image' | 'snapshot' | 'blank';
  readonly destination_type?: 'local' | 'volume';
  readonly uuid?: string;
  readonly image_id?: string;
  readonly guest_format?: string;
  readonly device_type?: string;
  readonly disk_bus?: string;
  readonly boot_index?: number | string | null;
  readonly tag?: string;
  readonly volume_type?: string | null;
}

/** Nova leaves the number of mappings without a bound; most of them could not be carried out anyway. */
const MAX_MAPPINGS = 64;

const id: Schema = { type: 'string', format: 'uuid' };
const word: Schema = { type: 'string', maxLength: 255 };

const legacyMapping = object({
  virtual_name: word,
  volume_id: id,
  snapshot_id: id,
  volume_size: { type: ['integer', 'string'], pattern: '^[0-9]+$', minLength: 1, maximum: 0x7fffffff },
  device_name: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9._-r/]*$' },
  delete_on_termination: boolean,
  no_device: {},
  connection_info: string,
});

const deviceMapping = extend(legacyMapping, {
  source_type: { type: 'string', enum: ['volume', 'image', 'snapshot', 'blank'] },
  uuid: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9._-]*$' },
  image_id: id,
  destination_type: { type: 'string', enum: ['local', 'volume'] },
  guest_format: word,
  device_type: word,
  disk_bus: word,
  boot_index: { type: ['integer', 'string', 'null'], pattern: '^-?[0-9]+$' },
});
const taggedMapping = extend(deviceMapping, { tag: deviceTag });
const typedMapping = extend(taggedMapping, { volume_type: orNull({ ...word, minLength: 0 }) });

const mappings = (mapping: Schema): Schema => arrayOf(mapping, { maxItems: MAX_MAPPINGS });

export const legacyMappings = mappings(legacyMapping);
/** What a device is to be tagged with came with 2.32, went by accident with 2.33 and came back with 2.42. */
export const deviceMappings = mappings(deviceMapping);
export const taggedMappings = mappings(taggedMapping);
/** `volume_type` since 2.67. */
export const typedMappings = mappings(typedMapping);
