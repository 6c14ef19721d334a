import { type ByVersion, joinVersions, mapVersions } from '../../http/by-version.ts';
import {
  arrayOf,
  boolean,
  looseQuery,
  nonNegativeInteger,
  single,
  strictQuery,
  string,
  uuid,
} from '../../http/parameter-types.ts';
import { integer, links, type MemberChanges, oneOf, shape, shapes, stringOrNull } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';

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

const brief = {
  id: integer,
  hypervisor_hostname: string,
  state: oneOf('up', 'down'),
  status: oneOf('enabled', 'disabled'),
};
const CAPACITY = [
  'vcpus',
  'vcpus_used',
  'memory_mb',
  'memory_mb_used',
  'free_ram_mb',
  'local_gb',
  'local_gb_used',
  'free_disk_gb',
  'disk_available_least',
  'running_vms',
  'current_workload',
];
const capacity = Object.fromEntries(CAPACITY.map((name) => [name, integer]));
const noCapacity = Object.fromEntries(CAPACITY.map((name) => [name, undefined]));
const serviceOf = (id: Schema): Schema => shape({ id, host: string, disabled_reason: stringOrNull });
const servers = arrayOf(shape({ uuid, name: string }));

const summary: ByVersion<MemberChanges> = { 1: brief, 53: { id: uuid, 'servers?': servers } };
const detail: ByVersion<MemberChanges> = {
  1: {
    ...brief,
    ...capacity,
    cpu_info: string,
    hypervisor_type: string,
    hypervisor_version: integer,
    host_ip: string,
    service: serviceOf(integer),
  },
  28: { cpu_info: { type: 'object' } },
  53: { id: uuid, service: serviceOf(uuid), 'servers?': servers },
  88: { ...noCapacity, cpu_info: undefined, uptime: stringOrNull },
};
/** Pages came with 2.33. */
const pages = (one: ByVersion<Schema>): ByVersion<Schema> =>
  joinVersions(one, { 1: {}, 33: { 'hypervisors_links?': links } }, (item, more) =>
    shape({ hypervisors: arrayOf(item), ...more }),
  );
export const hypervisorsResponse = pages(shapes(summary));
export const hypervisorsDetailResponse = pages(shapes(detail));
export const hypervisorResponse = mapVersions(shapes(detail), (one) => shape({ hypervisor: one }));

export const statisticsResponse = { 1: shape({ hypervisor_statistics: shape({ count: integer, ...capacity }) }) };
export const uptimeResponse = mapVersions(shapes({ 1: { ...brief, uptime: stringOrNull }, 53: { id: uuid } }), (one) =>
  shape({ hypervisor: one }),
);
export const matchingHypervisorsResponse = { 1: shape({ hypervisors: arrayOf(shape(brief)) }) };
export const hypervisorsServersResponse = {
  1: shape({ hypervisors: arrayOf(shape({ ...brief, 'servers?': servers })) }),
};
