import { type Expression, type SqlBool, sql } from 'kysely';
import type { InstanceFilter } from '#platform/contracts/door.ts';
import { sqlTime } from '#platform/database/json-column.ts';
import { matchesPattern } from '#platform/database/user-pattern.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import { specialTaskStates } from '#platform/states/server-status.ts';
import type { VmState } from '#platform/states/vm-state.ts';

type Condition = Expression<SqlBool>;
const ref = (column: string) => sql.ref(`instances.${column}`);
const equal = (column: string, value: unknown): Condition => sql<SqlBool>`${ref(column)} = ${value}`;
const oneOf = (column: string, values: readonly unknown[]): Condition =>
  values.length === 0 ? sql<SqlBool>`FALSE` : sql<SqlBool>`${ref(column)} IN (${sql.join(values)})`;
/** As in Nova on MySQL, the pattern matches anywhere in the text and ignores case. Each address is a line, so `^` and `$` match each one. */
const matches = (column: string, pattern: string): Condition =>
  matchesPattern(sql`COALESCE(${ref(column)}, '')`, pattern);
const moment = (column: string, value: string, compare: '=' | '>=' | '<='): Condition =>
  sql<SqlBool>`${ref(column)} ${sql.raw(compare)} ${sqlTime(value)}`;
const all = (parts: readonly Condition[]): Condition => sql<SqlBool>`(${sql.join(parts, sql` AND `)})`;
const any = (parts: readonly Condition[]): Condition =>
  parts.length === 0 ? sql<SqlBool>`FALSE` : sql<SqlBool>`(${sql.join(parts, sql` OR `)})`;
const not = (part: Condition): Condition => sql<SqlBool>`NOT ${part}`;
const tagged = (tag: string): Condition => sql<SqlBool>`JSON_CONTAINS(${ref('tags')}, ${JSON.stringify(tag)})`;

type Conditions = {
  readonly [K in keyof InstanceFilter]-?: (value: Exclude<InstanceFilter[K], undefined>) => Condition;
};

const CONDITIONS: Conditions = {
  projectId: (value) => equal('project_id', value),
  userId: (value) => equal('user_id', value),
  uuids: (value) => oneOf('uuid', value),
  nameRegex: (value) => matches('display_name', value),
  hostname: (value) => equal('hostname', value),
  host: (value) => equal('host', value),
  node: (value) => equal('node', value),
  flavorId: (value) => equal('flavor_id', value),
  imageId: (value) => equal('image_id', value),
  keyName: (value) => equal('key_name', value),
  availabilityZone: (value) => equal('zone', value),
  states: (pairs) => any(pairs.map(({ vmState, taskStates }) => inState(vmState, taskStates))),
  vmStates: (value) => oneOf('vm_state', value),
  taskStates: (value) =>
    any(value.map((task) => (task === null ? sql<SqlBool>`${ref('task_state')} IS NULL` : equal('task_state', task)))),
  powerState: (value) => equal('power_state', value in POWER_STATE ? POWER_STATE[value as 'none'] : Number(value)),
  locked: (value) =>
    value ? sql<SqlBool>`${ref('locked_by')} IS NOT NULL` : sql<SqlBool>`${ref('locked_by')} IS NULL`,
  deleted: (value) =>
    value
      ? sql<SqlBool>`(${ref('deleted_at')} IS NOT NULL OR ${inState('soft-delete', null)})`
      : sql<SqlBool>`${ref('deleted_at')} IS NULL`,
  softDeleted: (value) =>
    value ? equal('vm_state', 'soft-delete') : sql<SqlBool>`${ref('vm_state')} <> 'soft-delete'`,
  changesSince: (value) => moment('updated_at', value, '>='),
  changesBefore: (value) => moment('updated_at', value, '<='),
  createdAt: (value) => moment('created_at', value, '='),
  launchedAt: (value) => moment('launched_at', value, '='),
  terminatedAt: (value) => moment('terminated_at', value, '='),
  ipRegex: (value) => matches('addresses_v4', value),
  ip6Regex: (value) => matches('addresses_v6', value),
  descriptionRegex: (value) => matches('display_description', value),
  reservationId: (value) => equal('reservation_id', value),
  launchIndex: (value) => equal('launch_index', value),
  progress: (value) => equal('progress', value),
  configDrive: (value) => equal('config_drive', value ? 1 : 0),
  diskConfig: (value) => equal('disk_config', value),
  accessIpV4: (value) => equal('access_ip_v4', value),
  accessIpV6: (value) => equal('access_ip_v6', value),
  tagsAll: (value) => (value.length === 0 ? sql<SqlBool>`TRUE` : all(value.map(tagged))),
  tagsAny: (value) => any(value.map(tagged)),
  notTagsAll: (value) => (value.length === 0 ? sql<SqlBool>`TRUE` : not(all(value.map(tagged)))),
  notTagsAny: (value) => (value.length === 0 ? sql<SqlBool>`TRUE` : not(any(value.map(tagged)))),
  metadata: (value) => sql<SqlBool>`JSON_CONTAINS(${ref('metadata')}, ${JSON.stringify(value)})`,
  ranBetween: ({ start, end }) =>
    all([
      sql<SqlBool>`${ref('launched_at')} < ${sqlTime(end)}`,
      sql<SqlBool>`(${ref('terminated_at')} IS NULL OR ${ref('terminated_at')} > ${sqlTime(start)})`,
    ]),
};

function inState(vmState: string, taskStates: readonly string[] | null): Condition {
  const inVmState = equal('vm_state', vmState);
  if (taskStates !== null) return all([inVmState, oneOf('task_state', taskStates)]);
  const special = specialTaskStates(vmState as VmState);
  if (special.length === 0) return inVmState;
  return all([
    inVmState,
    sql<SqlBool>`(${ref('task_state')} IS NULL OR ${ref('task_state')} NOT IN (${sql.join(special)}))`,
  ]);
}

/** The conditions of a filter, which must all hold. */
export function conditionsOf(filter: InstanceFilter): Condition[] {
  const conditions: Condition[] = [];
  for (const key of Object.keys(CONDITIONS) as (keyof InstanceFilter)[]) {
    const value = filter[key];
    if (value !== undefined) conditions.push((CONDITIONS[key] as (value: unknown) => Condition)(value));
  }
  return conditions;
}
