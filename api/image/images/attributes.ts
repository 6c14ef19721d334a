import type { ImageRecord } from '#platform/directory/stores/images.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';

/** The attributes of an image that a user may set. Every other key is a property. */
export interface ImageAttributes
  extends Pick<
    ImageRecord,
    | 'name'
    | 'visibility'
    | 'diskFormat'
    | 'containerFormat'
    | 'minDiskGb'
    | 'minRamMb'
    | 'isProtected'
    | 'isHidden'
    | 'properties'
  > {
  readonly tags: readonly string[];
}

/** Before anything was said about it. */
export const NEW_IMAGE: ImageAttributes = {
  name: null,
  visibility: 'shared',
  diskFormat: null,
  containerFormat: null,
  minDiskGb: 0,
  minRamMb: 0,
  isProtected: false,
  isHidden: false,
  tags: [],
  properties: {},
};

export const attributesOf = (image: ImageRecord, tags: readonly string[]): ImageAttributes => ({
  name: image.name,
  visibility: image.visibility,
  diskFormat: image.diskFormat,
  containerFormat: image.containerFormat,
  minDiskGb: image.minDiskGb,
  minRamMb: image.minRamMb,
  isProtected: image.isProtected,
  isHidden: image.isHidden,
  tags,
  properties: image.properties,
});

const DISK_FORMATS = ['ami', 'ari', 'aki', 'vhd', 'vhdx', 'vmdk', 'raw', 'qcow2', 'vdi', 'iso', 'ploop'];
const CONTAINER_FORMATS = ['ami', 'ari', 'aki', 'bare', 'ovf', 'ova', 'docker', 'compressed'];
const VISIBILITIES = ['private', 'public', 'shared', 'community'] as const;
const LARGEST_INT = 2_147_483_647;

/** Attributes that only the service sets. */
export const READ_ONLY: readonly string[] = [
  'created_at',
  'updated_at',
  'status',
  'size',
  'virtual_size',
  'checksum',
  'os_hash_algo',
  'os_hash_value',
  'self',
  'file',
  'schema',
  'direct_url',
  'locations',
  'id',
  'owner',
];
const RESERVED_PREFIX = 'os_glance';

const quoted = (value: unknown): string => JSON.stringify(value).slice(0, 200);

const wrong = (field: string, why: string): VolvoxError =>
  new VolvoxError('invalid', `Provided object does not match schema 'image': ${why} ('${field}')`);

/** Glance's defaults (`image_property_quota`, `image_tag_quota`). */
const MAX_PROPERTIES = 128;
export const MAX_TAGS = 128;
/** All properties of an image together, as JSON. */
const MAX_PROPERTY_BYTES = 64 * 1024;

export const tooMany = (what: 'properties' | 'tags', attempted: number, maximum: number): VolvoxError =>
  new VolvoxError(
    'too-large',
    `The limit has been exceeded on the number of allowed image ${what}. Attempted: ${attempted}, Maximum: ${maximum}`,
  );

/** @throws VolvoxError too-large when the properties are over the bound and larger than they were before. */
export function refuseLargeProperties(
  before: ImageAttributes['properties'],
  after: ImageAttributes['properties'],
): void {
  const bytes = bytesOf(after);
  if (bytes <= MAX_PROPERTY_BYTES || bytes <= bytesOf(before)) return;
  throw new VolvoxError(
    'too-large',
    `The limit has been exceeded on the size of all image properties together ('properties'), in bytes of JSON. Attempted: ${bytes}, Maximum: ${MAX_PROPERTY_BYTES}`,
  );
}

const bytesOf = (properties: ImageAttributes['properties']): number => Buffer.byteLength(JSON.stringify(properties));

/**
 * Reads the keys of a JSON object over what was there before. @throws VolvoxError invalid or forbidden, naming the key; too-large
 * (more properties than before, and more than an image may have, in number or in bytes; too many tags).
 */
export function readAttributes(before: ImageAttributes, given: Readonly<Record<string, unknown>>): ImageAttributes {
  const after = mergeAttributes(before, given);
  refuseLargeProperties(before.properties, after.properties);
  return after;
}

/** Like `readAttributes`, without the bound in bytes. For one of several changes; the caller checks the bound after the last one. */
export function mergeAttributes(before: ImageAttributes, given: Readonly<Record<string, unknown>>): ImageAttributes {
  const had = Object.entries(before.properties);
  const named: Partial<ImageAttributes>[] = [];
  const properties = new Map(had);
  for (const [key, value] of Object.entries(given)) {
    const attribute = readAttribute(key, value);
    if (attribute === null) properties.set(key, readProperty(key, value));
    else named.push(attribute);
  }
  if (properties.size > Math.max(MAX_PROPERTIES, had.length)) {
    throw tooMany('properties', properties.size, MAX_PROPERTIES);
  }
  return Object.assign({ ...before }, ...named, { properties: Object.fromEntries(properties) });
}

function readProperty(key: string, value: unknown): string {
  if (key === '' || lengthOf(key) > 255) throw wrong(key, 'the name of a property has 1 to 255 characters');
  return textOf(key, value, 65_535);
}

/** @returns null for a key that no attribute has: it is a property. */
function readAttribute(key: string, value: unknown): Partial<ImageAttributes> | null {
  if (READ_ONLY.includes(key)) throw new VolvoxError('forbidden', `Attribute '${key}' is read-only.`);
  if (key.startsWith(RESERVED_PREFIX)) throw new VolvoxError('forbidden', `Attribute '${key}' is reserved.`);
  switch (key) {
    case 'name':
      return { name: value === null ? null : textOf(key, value, 255) };
    case 'visibility':
      return { visibility: choiceOf(key, value, VISIBILITIES) };
    case 'disk_format':
      return { diskFormat: value === null ? null : choiceOf(key, value, DISK_FORMATS) };
    case 'container_format':
      return { containerFormat: value === null ? null : choiceOf(key, value, CONTAINER_FORMATS) };
    case 'min_disk':
      return { minDiskGb: amountOf(key, value) };
    case 'min_ram':
      return { minRamMb: amountOf(key, value) };
    case 'protected':
      return { isProtected: booleanOf(key, value) };
    case 'os_hidden':
      return { isHidden: booleanOf(key, value) };
    case 'tags':
      if (!Array.isArray(value)) throw wrong(key, 'an array of strings is needed');
      if (value.length > MAX_TAGS) throw tooMany('tags', value.length, MAX_TAGS);
      return { tags: [...new Set(value.map((tag) => textOf(key, tag, 255)))].sort() };
    default:
      return null;
  }
}

/** Takes a key back to what it is without a user's word. @throws VolvoxError forbidden for keys that every image has. */
export function removeAttribute(image: ImageAttributes, key: string): ImageAttributes {
  if (!Object.hasOwn(image.properties, key)) {
    throw new VolvoxError(
      READ_ONLY.includes(key) ? 'forbidden' : 'conflict',
      `Property ${key} does not exist or cannot be removed.`,
    );
  }
  const { [key]: _removed, ...properties } = image.properties;
  return { ...image, properties };
}

/** In characters, as clients count. */
const lengthOf = (text: string): number => [...text].length;

function textOf(key: string, value: unknown, maxLength: number): string {
  if (typeof value !== 'string') throw wrong(key, `${quoted(value)} is not of type 'string'`);
  if (value.length > maxLength && lengthOf(value) > maxLength)
    throw wrong(key, `at most ${maxLength} characters are allowed`);
  return value;
}

function choiceOf<T extends string>(key: string, value: unknown, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === value);
  if (found === undefined) throw wrong(key, `${quoted(value)} is not one of ${choices.join(', ')}`);
  return found;
}

function amountOf(key: string, value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value))
    throw wrong(key, `${quoted(value)} is not of type 'integer'`);
  if (value < 0 || value > LARGEST_INT) throw wrong(key, `${value} is not between 0 and ${LARGEST_INT}`);
  return value;
}

function booleanOf(key: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw wrong(key, `${quoted(value)} is not of type 'boolean'`);
  return value;
}
