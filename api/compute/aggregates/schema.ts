import { always, mapVersions } from '../../http/by-version.ts';
import { arrayOf, hostName, name, nameWithSpaces, object, string, uuid, wrapped } from '../../http/parameter-types.ts';
import { flag, integer, shape, shapes, stringOrNull, textMap } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';

const zone: Schema = {
  oneOf: [{ type: 'string', minLength: 1, maxLength: 255, format: 'az_name' }, { type: 'null' }],
};
const legacyZone: Schema = {
  oneOf: [
    { type: 'string', minLength: 1, maxLength: 255, format: 'name_with_leading_trailing_spaces' },
    { type: 'null' },
  ],
};

export const createAggregateBody = {
  0: wrapped('aggregate', object({ name: nameWithSpaces, availability_zone: legacyZone }, ['name'])),
  1: wrapped('aggregate', object({ name, availability_zone: zone }, ['name'])),
};
export const updateAggregateBody = {
  1: wrapped('aggregate', {
    ...object({ name: nameWithSpaces, availability_zone: zone }),
    anyOf: [{ required: ['name'] }, { required: ['availability_zone'] }],
  }),
};

export const addHostBody = { 1: wrapped('add_host', object({ host: hostName }, ['host'])) };
export const removeHostBody = { 1: wrapped('remove_host', object({ host: hostName }, ['host'])) };
export const setMetadataBody = {
  1: wrapped(
    'set_metadata',
    object(
      {
        metadata: {
          type: 'object',
          patternProperties: { '^[a-zA-Z0-9-_:. ]{1,255}$': { type: ['string', 'null'], maxLength: 255 } },
          additionalProperties: false,
        },
      },
      ['metadata'],
    ),
  ),
};

const fresh = {
  id: integer,
  name: string,
  availability_zone: stringOrNull,
  created_at: string,
  updated_at: stringOrNull,
  deleted: flag,
  deleted_at: stringOrNull,
};
const aggregate = shapes({ 1: { ...fresh, hosts: arrayOf(string), metadata: textMap }, 41: { uuid } });
export const newAggregateResponse = mapVersions(shapes({ 1: fresh, 41: { uuid } }), (one) => shape({ aggregate: one }));
export const aggregateResponse = mapVersions(aggregate, (one) => shape({ aggregate: one }));
export const aggregatesResponse = mapVersions(aggregate, (one) => shape({ aggregates: arrayOf(one) }));

/** Every list has a bound. */
const MAX_IMAGES = 50;
export const cacheImagesBody = always(
  object({ cache: arrayOf(object({ id: uuid }, ['id']), { minItems: 1, maxItems: MAX_IMAGES }) }, ['cache']),
);
