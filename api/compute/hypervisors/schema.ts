import { boolean, looseQuery, nonNegativeInteger, single, strictQuery, string } from '../../http/parameter-types.ts';

const PAGED = { limit: single(nonNegativeInteger), marker: single(string) };
const WITH_SERVERS = { with_servers: single(boolean) };
const SEARCHED = { ...PAGED, ...WITH_SERVERS, hypervisor_hostname_pattern: single({ type: 'string', minLength: 1 }) };

export const listHypervisorsQuery = {
  1: looseQuery({}),
  33: looseQuery(PAGED),
  53: looseQuery(SEARCHED),
  75: strictQuery(SEARCHED),
};
export const showHypervisorQuery = {
  1: looseQuery({}),
  53: looseQuery(WITH_SERVERS),
  75: strictQuery(WITH_SERVERS),
};
