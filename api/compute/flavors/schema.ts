import { FLAVOR_SORT_KEYS } from '#platform/directory/stores/flavors.ts';
import { mapVersions } from '../../http/by-version.ts';
import {
  arrayOf,
  boolean,
  extend,
  looseQuery,
  name,
  nameWithSpaces,
  nonNegativeInteger,
  object,
  several,
  strictQuery,
  string,
  without,
  wrapped,
} from '../../http/parameter-types.ts';
import {
  flag,
  integer,
  links,
  number,
  pageOf,
  shape,
  shapes,
  stringOrNull,
  textMap,
} from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';

/** Amounts fit into the columns, which are signed 32-bit. */
const MAX = 2_147_483_647;
const amount = (minimum: number): Schema => ({
  type: ['integer', 'string'],
  pattern: '^[0-9]*$',
  minimum,
  maximum: MAX,
  minLength: 1,
});

/** Any text but control characters, as long as the column. */
const flavorDescription: Schema = {
  type: ['string', 'null'],
  minLength: 0,
  maxLength: 65_535,
  pattern: '^[^\\p{Cc}\\p{Cf}\\p{Cs}]*$',
};

const newFlavor = object(
  {
    name,
    id: {
      type: ['string', 'number', 'null'],
      minLength: 1,
      maxLength: 255,
      pattern: '^(?! )[a-zA-Z0-9. _-]+(?<! )$',
    },
    ram: amount(1),
    vcpus: amount(1),
    disk: amount(0),
    'OS-FLV-EXT-DATA:ephemeral': amount(0),
    swap: amount(0),
    rxtx_factor: {
      type: ['number', 'string'],
      pattern: '^[0-9]+(\\.[0-9]+)?$',
      exclusiveMinimum: 0,
      maximum: 3.40282e38,
    },
    'os-flavor-access:is_public': boolean,
  },
  ['name', 'ram', 'vcpus', 'disk'],
);
const describedFlavor = extend(newFlavor, { description: flavorDescription });

export const createFlavorBody = {
  0: wrapped('flavor', extend(newFlavor, { name: nameWithSpaces })),
  1: wrapped('flavor', newFlavor),
  55: wrapped('flavor', describedFlavor),
  102: wrapped('flavor', without(describedFlavor, 'rxtx_factor')),
};
export const updateFlavorBody = {
  55: wrapped('flavor', object({ description: flavorDescription }, ['description'])),
};

const LIST_PARAMETERS = {
  limit: several(nonNegativeInteger),
  marker: several(string),
  is_public: several(string),
  minRam: several(string),
  minDisk: several(string),
  sort_key: several({ type: 'string', enum: [...FLAVOR_SORT_KEYS] }),
  sort_dir: several({ type: 'string', enum: ['asc', 'desc'] }),
};
export const listFlavorsQuery = {
  1: looseQuery(LIST_PARAMETERS),
  75: strictQuery(LIST_PARAMETERS),
  102: strictQuery({ ...LIST_PARAMETERS, name: several(string) }),
};

/** A key of extra specs, and of the values that microversions before 2.86 took without looking. */
const SPEC_KEY = '^[a-zA-Z0-9-_:. ]{1,255}$';
const specValue: Schema = { type: ['string', 'number'], minLength: 0, maxLength: 255, pattern: '^[^\\p{Cc}]*$' };
const extraSpecs: Schema = {
  type: 'object',
  patternProperties: { [SPEC_KEY]: specValue },
  additionalProperties: false,
};
export const createExtraSpecsBody = { 1: wrapped('extra_specs', extraSpecs) };
export const updateExtraSpecBody = {
  1: { ...extraSpecs, minProperties: 1, maxProperties: 1 },
};

const tenant = object({ tenant: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[a-zA-Z0-9-]*$' } }, [
  'tenant',
]);
export const addTenantAccessBody = { 1: wrapped('addTenantAccess', tenant) };
export const removeTenantAccessBody = { 1: wrapped('removeTenantAccess', tenant) };

const brief = { id: string, name: string, links };
const flavorInList = shapes({ 1: brief, 55: { description: stringOrNull } });
const flavor = shapes({
  1: {
    ...brief,
    ram: integer,
    disk: integer,
    vcpus: integer,
    swap: { anyOf: [integer, { type: 'string', maxLength: 0 }] },
    rxtx_factor: number,
    'OS-FLV-EXT-DATA:ephemeral': integer,
    'os-flavor-access:is_public': flag,
    'OS-FLV-DISABLED:disabled': flag,
  },
  55: { description: stringOrNull },
  61: { 'extra_specs?': textMap },
  75: { swap: integer },
  102: { rxtx_factor: undefined, 'OS-FLV-DISABLED:disabled': undefined },
});
export const flavorsResponse = mapVersions(flavorInList, (one) => pageOf('flavors', one));
export const flavorsDetailResponse = mapVersions(flavor, (one) => pageOf('flavors', one));
export const flavorResponse = mapVersions(flavor, (one) => shape({ flavor: one }));
export const extraSpecsResponse = { 1: shape({ extra_specs: textMap }) };
export const extraSpecResponse = { 1: { ...textMap, minProperties: 1 } };
export const flavorAccessResponse = {
  1: shape({ flavor_access: arrayOf(shape({ flavor_id: string, tenant_id: string })) }),
};
