import { joinVersions } from '../../http/by-version.ts';
import {
  arrayOf,
  boolean,
  extend,
  hostName,
  looseQuery,
  name,
  object,
  several,
  strictQuery,
  string,
  uuid,
} from '../../http/parameter-types.ts';
import { flag, integer, oneOf, shape, shapes, stringOrNull } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';

const byHost = object(
  {
    host: hostName,
    binary: { type: 'string', minLength: 1, maxLength: 255 },
    disabled_reason: { type: 'string', minLength: 1, maxLength: 255 },
  },
  ['host', 'binary'],
);

export const updateServiceBody = {
  1: byHost,
  11: extend(byHost, { forced_down: boolean }),
  53: object({
    status: { type: 'string', enum: ['enabled', 'disabled'] },
    disabled_reason: name,
    forced_down: boolean,
  }),
};

const FILTERS = { host: several(string), binary: several(string) };
export const listServicesQuery = { 1: looseQuery(FILTERS), 75: strictQuery(FILTERS) };

const STATUS = oneOf('enabled', 'disabled');
const service = shapes({
  1: {
    id: integer,
    binary: string,
    host: string,
    zone: string,
    status: STATUS,
    state: oneOf('up', 'down'),
    updated_at: stringOrNull,
    disabled_reason: stringOrNull,
  },
  11: { forced_down: flag },
  53: { id: uuid },
});
/** Of a cell that does not answer: shown since 2.69. */
const unknown = shape({ binary: string, host: string, status: oneOf('UNKNOWN') });
export const servicesResponse = joinVersions<Schema, readonly Schema[], Schema>(
  service,
  { 1: [], 69: [unknown] },
  (one, more) => shape({ services: arrayOf({ anyOf: [one, ...more] }) }),
);

/** What was changed, until 2.52; the whole service since. */
const changed = shapes({
  1: { host: string, binary: string, 'status?': STATUS, 'disabled_reason?': string },
  11: { 'forced_down?': flag },
});
export const serviceResponse = joinVersions(changed, { 1: null, 53: service[53] }, (part, whole) =>
  shape({ service: whole ?? part }),
);
