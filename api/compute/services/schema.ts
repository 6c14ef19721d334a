import {
  boolean,
  extend,
  hostName,
  looseQuery,
  name,
  object,
  several,
  strictQuery,
  string,
} from '../../http/parameter-types.ts';

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
