import { type Expression, type SqlBool, sql } from 'kysely';
import type { InstanceSort, SortKey } from '#platform/contracts/door.ts';
import { sqlTime } from '#platform/database/json-column.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';

type SortValue = string | number | boolean | null;
type Column = Expression<unknown>;

const time = (value: SortValue): SortValue => (typeof value === 'string' ? sqlTime(value) : value);
const bit = (value: SortValue): SortValue => (typeof value === 'boolean' ? Number(value) : value);
const same = (value: SortValue): SortValue => value;
const power = (value: SortValue): SortValue =>
  typeof value === 'string' && value in POWER_STATE ? POWER_STATE[value as keyof typeof POWER_STATE] : value;
const diskConfig = (value: SortValue): SortValue => (value === 'AUTO' ? 1 : value === 'MANUAL' ? 0 : bit(value));

const column = (name: string, read = same) => ({ column: sql.ref(`instances.${name}`) as Column, read });

/**
 * The column of each sort key, and how a value in a page's `after` becomes a value of that column. Keys that are the same for every instance
 * of a cell are missing, because they sort nothing. Text is sorted by code point (the collation is binary); ascending, nulls come first.
 */
const KEYS: Partial<Record<SortKey, { column: Column; read: (value: SortValue) => SortValue }>> = {
  access_ip_v4: column('access_ip_v4'),
  access_ip_v6: column('access_ip_v6'),
  auto_disk_config: { column: sql`(instances.disk_config = 'AUTO')`, read: diskConfig },
  availability_zone: column('zone'),
  config_drive: column('config_drive', bit),
  created_at: column('created_at', time),
  display_description: column('display_description'),
  display_name: column('display_name'),
  host: column('host'),
  hostname: column('hostname'),
  image_ref: column('image_id'),
  instance_type_id: column('flavor_id'),
  key_name: column('key_name'),
  launch_index: column('launch_index'),
  launched_at: column('launched_at', time),
  locked: { column: sql`(instances.locked_by IS NOT NULL)`, read: bit },
  locked_by: column('locked_by'),
  node: column('node'),
  power_state: column('power_state', power),
  progress: column('progress'),
  project_id: column('project_id'),
  task_state: column('task_state'),
  terminated_at: column('terminated_at', time),
  updated_at: column('updated_at', time),
  user_id: column('user_id'),
  uuid: column('uuid'),
  vm_state: column('vm_state'),
};

export const sortOrderOf = (sort: readonly InstanceSort[]): { column: Column; direction: 'asc' | 'desc' }[] =>
  sort.flatMap(({ key, direction }) => {
    const known = KEYS[key];
    return known === undefined ? [] : [{ column: known.column, direction }];
  });

/** The condition for exactly the rows that come after `after` when sorted by `sort`. */
export function comesAfter(sort: readonly InstanceSort[], after: readonly SortValue[]): Expression<SqlBool> {
  const alternatives: Expression<SqlBool>[] = [];
  const equal: Expression<SqlBool>[] = [];
  sort.forEach(({ key, direction }, index) => {
    const known = KEYS[key];
    if (known === undefined) return;
    const value = known.read(after[index] ?? null);
    const beyond = strictlyBeyond(known.column, direction, value);
    if (beyond !== null) alternatives.push(sql<SqlBool>`(${sql.join([...equal, beyond], sql` AND `)})`);
    equal.push(value === null ? sql<SqlBool>`${known.column} IS NULL` : sql<SqlBool>`${known.column} = ${value}`);
  });
  return alternatives.length === 0 ? sql<SqlBool>`FALSE` : sql<SqlBool>`(${sql.join(alternatives, sql` OR `)})`;
}

function strictlyBeyond(column: Column, direction: 'asc' | 'desc', value: SortValue): Expression<SqlBool> | null {
  if (direction === 'asc')
    return value === null ? sql<SqlBool>`${column} IS NOT NULL` : sql<SqlBool>`${column} > ${value}`;
  return value === null ? null : sql<SqlBool>`(${column} < ${value} OR ${column} IS NULL)`;
}
