import { always } from '../../http/by-version.ts';
import { arrayOf, several, string } from '../../http/parameter-types.ts';
import { flag, integer, integerOrNull, oneOf, shape, stringOrNull } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';
import { READ_ONLY } from './attributes.ts';

const digits: Schema = { type: 'string', pattern: '^\\d{1,15}$' };
const FILTERS = [
  'id',
  'name',
  'status',
  'owner',
  'visibility',
  'member_status',
  'tag',
  'disk_format',
  'container_format',
  'min_ram',
  'min_disk',
  'checksum',
  'os_hash_algo',
  'os_hash_value',
  'protected',
  'os_hidden',
  'marker',
  'sort',
  'sort_key',
  'sort_dir',
];
/** Properties are filters too, by whatever name; a name that no image has matches none. */
export const listImagesQuery = always({
  type: 'object',
  properties: {
    ...Object.fromEntries(FILTERS.map((name) => [name, several(string)])),
    limit: several(digits),
    size_min: several(digits),
    size_max: several(digits),
  },
  patternProperties: { '^': several({ type: 'string', maxLength: 65_535 }) },
  propertyNames: { minLength: 1, maxLength: 255 },
});

/** `os_hash_algo` and the like stand in creates only; what an image may not be given is refused by name. */
export const createImageBody = always({
  type: 'object',
  properties: {
    ...Object.fromEntries(READ_ONLY.map((key) => [key, {}])),
    id: { type: 'string', pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' },
    owner: { type: ['string', 'null'], minLength: 1, maxLength: 64 },
    name: { type: ['string', 'null'], maxLength: 255 },
    disk_format: stringOrNull,
    container_format: stringOrNull,
    visibility: string,
    min_disk: integer,
    min_ram: integer,
    protected: flag,
    os_hidden: flag,
    tags: arrayOf({ type: 'string', maxLength: 255 }),
  },
  additionalProperties: { type: 'string', maxLength: 65_535 },
});
/** JSON patch; each operation is read by `patch.ts`. */
export const patchImageBody = always({ type: 'array', maxItems: 1_000, items: { type: 'object' } });

const image: Schema = {
  ...shape({
    id: string,
    name: stringOrNull,
    status: oneOf('queued', 'saving', 'active', 'deactivated'),
    visibility: oneOf('private', 'public', 'shared', 'community'),
    owner: string,
    disk_format: stringOrNull,
    container_format: stringOrNull,
    min_disk: integer,
    min_ram: integer,
    protected: flag,
    os_hidden: flag,
    size: integerOrNull,
    virtual_size: integerOrNull,
    checksum: stringOrNull,
    os_hash_algo: stringOrNull,
    os_hash_value: stringOrNull,
    tags: arrayOf(string),
    created_at: string,
    updated_at: string,
    self: string,
    file: string,
    schema: string,
  }),
  additionalProperties: string,
};
export const imageResponse = always(image);
export const imagesResponse = always(shape({ images: arrayOf(image), first: string, 'next?': string, schema: string }));
