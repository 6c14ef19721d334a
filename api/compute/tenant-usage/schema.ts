import { joinVersions } from '../../http/by-version.ts';
import { arrayOf, limitAndMarker, looseQuery, several, strictQuery, string } from '../../http/parameter-types.ts';
import { integer, links, number, shape, stringOrNull } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';

const PERIOD = { start: several(string), end: several(string) };
const LISTED = { ...PERIOD, detailed: several(string) };
export const listUsageQuery = {
  1: looseQuery(LISTED),
  40: looseQuery({ ...LISTED, ...limitAndMarker }),
  75: strictQuery({ ...LISTED, ...limitAndMarker }),
};
export const showUsageQuery = {
  1: looseQuery(PERIOD),
  40: looseQuery({ ...PERIOD, ...limitAndMarker }),
  75: strictQuery({ ...PERIOD, ...limitAndMarker }),
};

const serverUsage = shape({
  instance_id: string,
  name: string,
  tenant_id: string,
  flavor: string,
  hours: number,
  memory_mb: integer,
  local_gb: integer,
  vcpus: integer,
  started_at: string,
  ended_at: stringOrNull,
  state: string,
  uptime: integer,
});
const total = {
  tenant_id: string,
  start: string,
  stop: string,
  total_hours: number,
  total_local_gb_usage: number,
  total_memory_mb_usage: number,
  total_vcpus_usage: number,
};
const tenantUsage = shape({ ...total, 'server_usages?': arrayOf(serverUsage) });

const page = (name: string, content: Schema) =>
  joinVersions<Schema, boolean, Schema>({ 1: content }, { 1: false, 40: true }, (one, hasLinks) =>
    shape({ [name]: one, ...(hasLinks ? { [`${name}_links?`]: links } : {}) }),
  );
export const usagesResponse = page('tenant_usages', arrayOf(tenantUsage));
/** Without a server in the period there is nothing: `{}`. */
export const usageResponse = page('tenant_usage', { anyOf: [tenantUsage, shape({})] });
