import type { InstanceFilter, InstanceSort } from '#platform/contracts/door.ts';
import { checkPatternLength } from '#platform/database/user-pattern.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { canonicalIp } from '#platform/objects/ip-address.ts';
import { POWER_STATE, POWER_STATES } from '#platform/states/power-state.ts';
import { statesOfStatus } from '#platform/states/server-status.ts';
import { momentOf } from '../../../http/formats.ts';
import { isUuid } from '../../../http/is-uuid.ts';
import type { Microversion } from '../../../http/microversion.ts';
import { allows, authorize, type Policy } from '../../../http/policy.ts';
import { lastOf, type Query } from '../../../http/query.ts';
import type { ApiRequest } from '../../../http/route.ts';
import { since } from '../../../http/since.ts';
import { ALL_FILTERS } from '../policy.ts';
import { JOINED_FIELDS, publicFilters } from './list-query.ts';
import type { PatternKey } from './match-patterns.ts';
import { DEFAULT_SORT, isSortKey } from './sort-instances.ts';

const SINCE = since({ tags: 26, strictStatus: 38, locked: 73 });

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Question = Pick<ApiRequest, 'version' | 'caller' | 'query'>;

/** What a list is asked for. Null: by its own words nothing can match. */
export function listFilter(request: Question, allTenants: Policy): InstanceFilter | null {
  const { version, caller } = request;
  const query = allowedFilters(request);
  const filter: Mutable<InstanceFilter> = {};
  for (const [name, set] of Object.entries(FIELDS)) {
    const value = lastOf(query, name);
    if (value !== undefined) set(filter, value);
  }
  if (query.status !== undefined && !setStates(filter, query.status, version)) return null;
  if (query.vm_state !== undefined) filter.vmStates = [...query.vm_state];
  if (query.task_state !== undefined)
    filter.taskStates = query.task_state.map((state) => (state === '' ? null : state));
  setDeleted(filter, query, caller.isAdmin);
  if (filter.changesSince !== undefined && filter.changesBefore !== undefined) {
    if (filter.changesSince > filter.changesBefore) {
      throw invalid('The value of changes-since must be less than or equal to changes-before. Exchange the two.');
    }
  }
  if (wantsAllTenants(query)) {
    authorize(allTenants, caller);
    const project = lastOf(query, 'tenant_id') ?? lastOf(query, 'project_id');
    if (project !== undefined) filter.projectId = project;
  } else {
    filter.projectId = caller.projectId;
  }
  return filter;
}

function allowedFilters({ version, caller, query }: Question): Query {
  const refused = Object.keys(query).find(
    (name) =>
      name.startsWith('_') || (JOINED_FIELDS.includes(name as never) && !(name === 'tags' && SINCE.tags(version))),
  );
  if (allows(ALL_FILTERS, caller)) {
    if (refused !== undefined) throw invalid(`Invalid filter field: ${refused}.`);
    return query;
  }
  const open = publicFilters(version);
  return Object.fromEntries(Object.entries(query).filter(([name]) => open.has(name)));
}

const text =
  (key: keyof InstanceFilter) =>
  (filter: Mutable<InstanceFilter>, value: string): void => {
    Object.assign(filter, { [key]: value });
  };
const pattern =
  (key: PatternKey, name: string) =>
  (filter: Mutable<InstanceFilter>, value: string): void => {
    checkPatternLength(name, value);
    Object.assign(filter, { [key]: value });
  };
const count =
  (key: keyof InstanceFilter, name: string) =>
  (filter: Mutable<InstanceFilter>, value: string): void => {
    if (!/^\d+$/.test(value)) throw invalid(`Invalid filter value for ${name}: ${value}`);
    Object.assign(filter, { [key]: Number(value) });
  };
const moment =
  (key: keyof InstanceFilter, name: string) =>
  (filter: Mutable<InstanceFilter>, value: string): void => {
    const ms = momentOf(value);
    if (Number.isNaN(ms)) throw invalid(`Invalid filter value for ${name}: ${value}`);
    Object.assign(filter, { [key]: new Date(ms).toISOString() });
  };
const address =
  (key: keyof InstanceFilter) =>
  (filter: Mutable<InstanceFilter>, value: string): void => {
    Object.assign(filter, { [key]: canonicalIp(value) ?? value });
  };
const yesNo =
  (key: keyof InstanceFilter, name: string) =>
  (filter: Mutable<InstanceFilter>, value: string): void => {
    Object.assign(filter, { [key]: yesOrNo(name, value) });
  };
/** A word for yes or no, in any case. @throws VolvoxError invalid for any other. */
function yesOrNo(name: string, value: string): boolean {
  if (YES.test(value)) return true;
  if (NO.test(value)) return false;
  throw invalid(`Invalid value '${value}' for '${name}'`);
}
const YES = /^(1|t|true|on|y|yes)$/i;
const NO = /^(0|f|false|off|n|no)$/i;
const list =
  (key: keyof InstanceFilter) =>
  (filter: Mutable<InstanceFilter>, value: string): void => {
    Object.assign(filter, { [key]: value.split(',') });
  };

/** Parameter → member of the contract's filter. */
const FIELDS: Readonly<Record<string, (filter: Mutable<InstanceFilter>, value: string) => void>> = {
  name: pattern('nameRegex', 'name'),
  display_name: pattern('nameRegex', 'display_name'),
  description: pattern('descriptionRegex', 'description'),
  display_description: pattern('descriptionRegex', 'display_description'),
  image: text('imageId'),
  image_ref: text('imageId'),
  flavor: (filter, value) => text('flavorId')(filter, value.split('/').at(-1) ?? value),
  host: text('host'),
  node: text('node'),
  hostname: text('hostname'),
  key_name: text('keyName'),
  availability_zone: text('availabilityZone'),
  user_id: text('userId'),
  reservation_id: text('reservationId'),
  ip: pattern('ipRegex', 'ip'),
  ip6: pattern('ip6Regex', 'ip6'),
  access_ip_v4: address('accessIpV4'),
  access_ip_v6: address('accessIpV6'),
  auto_disk_config: (filter, value) =>
    text('diskConfig')(filter, yesOrNo('auto_disk_config', value) ? 'AUTO' : 'MANUAL'),
  config_drive: yesNo('configDrive', 'config_drive'),
  locked: yesNo('locked', 'locked'),
  launch_index: count('launchIndex', 'launch_index'),
  progress: count('progress', 'progress'),
  power_state: (filter, value) => {
    const name = POWER_STATES.find((state) => String(POWER_STATE[state]) === value || state === value);
    if (name === undefined) throw invalid(`Invalid filter value for power_state: ${value}`);
    filter.powerState = name;
  },
  // What is no id is nobody's.
  uuid: (filter, value) => {
    filter.uuids = value.split(',').filter(isUuid);
  },
  tags: list('tagsAll'),
  'tags-any': list('tagsAny'),
  'not-tags': list('notTagsAll'),
  'not-tags-any': list('notTagsAny'),
  'changes-since': moment('changesSince', 'changes-since'),
  'changes-before': (filter, value) => {
    moment('changesBefore', 'changes-before')(filter, value);
    // Inclusive, and servers show their times in whole seconds: a second that is given means all of it.
    const { changesBefore } = filter;
    if (changesBefore !== undefined) filter.changesBefore = changesBefore.replace(WHOLE_SECOND, '.999999Z');
  },
  created_at: moment('createdAt', 'created_at'),
  launched_at: moment('launchedAt', 'launched_at'),
  terminated_at: moment('terminatedAt', 'terminated_at'),
};

const WHOLE_SECOND = /\.0+Z$/;

/** @returns false when no status that was named exists. */
function setStates(filter: Mutable<InstanceFilter>, statuses: readonly string[], version: Microversion): boolean {
  const states = statuses.flatMap(statesOfStatus);
  if (states.length === 0) {
    if (SINCE.strictStatus(version))
      throw invalid('Invalid status value. Expected: a status of servers, such as ACTIVE, SHUTOFF or ERROR.');
    return false;
  }
  filter.states = states.map(({ vmState, taskStates }) => ({
    vmState,
    taskStates: taskStates === null ? null : [...taskStates],
  }));
  return true;
}

/**
 * Deleted servers show when asked for, or among changes; somebody who is no admin sees them among changes only. Soft-deleted ones show
 * like these, and to an admin who asks for them (`soft_deleted`).
 */
function setDeleted(filter: Mutable<InstanceFilter>, query: Query, isAdmin: boolean): void {
  const deleted = lastOf(query, 'deleted');
  // Any other word than a yes shows those that are there (nova/api/openstack/compute/servers.py).
  if (deleted !== undefined) filter.deleted = YES.test(deleted);
  else if (filter.changesSince === undefined && filter.changesBefore === undefined) filter.deleted = false;
  if (filter.states?.every(({ vmState }) => vmState === 'deleted')) {
    if (!isAdmin)
      throw new VolvoxError(
        'forbidden',
        'Only administrators may list deleted instances. Leave out the filter deleted (status, changes-since).',
      );
    filter.deleted = true;
  }
  const softDeleted = lastOf(query, 'soft_deleted');
  const shown = softDeleted === undefined ? filter.deleted !== false : YES.test(softDeleted);
  if (!shown && filter.deleted !== undefined) filter.softDeleted = false;
}

/** Present without a value means yes. @throws VolvoxError invalid */
function wantsAllTenants(query: Query): boolean {
  const value = lastOf(query, 'all_tenants');
  if (value === undefined) return false;
  return value === '' || yesOrNo('all_tenants', value);
}

/** The order asked for, made total: newest first where nothing else decides, uuid at last. */
export function listSort({ version, caller, query }: Question): readonly InstanceSort[] {
  const keys = query.sort_key ?? [];
  const directions = query.sort_dir ?? [];
  if (directions.length > keys.length && keys.length > 0) {
    throw invalid('Sort direction size exceeds sort key size. Give as many sort_dir as sort_key, or fewer.');
  }
  const wrong = directions.find((direction) => direction !== 'asc' && direction !== 'desc');
  if (wrong !== undefined) throw invalid(`Unknown sort direction, must be one of: asc, desc`);
  const fallback: InstanceSort['direction'] = directions[0] === 'asc' ? 'asc' : 'desc';
  const sort: InstanceSort[] = [];
  for (const [index, key] of keys.entries()) {
    if ((key === 'host' || key === 'node') && !caller.isAdmin) {
      throw new VolvoxError('forbidden', `Only administrators can sort servers by ${key}. Choose another sort_key.`);
    }
    const ignored = !isSortKey(key) || (key === 'locked' && !SINCE.locked(version));
    if (ignored || sort.some((known) => known.key === key)) continue;
    sort.push({
      key,
      direction: directions[index] === 'asc' ? 'asc' : directions[index] === 'desc' ? 'desc' : fallback,
    });
  }
  for (const { key } of DEFAULT_SORT) {
    if (!sort.some((known) => known.key === key)) sort.push({ key, direction: fallback });
  }
  const end = sort.findIndex(({ key }) => key === 'uuid');
  return sort.slice(0, end + 1);
}

const invalid = (message: string): VolvoxError => new VolvoxError('invalid', message);
