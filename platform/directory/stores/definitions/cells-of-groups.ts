import type { DirectoryReader } from '../../directory.ts';
import { type CellsById, cellsById } from './cells-by-id.ts';

/** By group: the groups of which a rule names it as remote. */
export async function groupsNaming(
  read: DirectoryReader,
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (ids.length === 0) return new Map();
  const rows = await read
    .selectFrom('security_group_rules')
    .select(['remote_group_id', 'group_id'])
    .distinct()
    .where('remote_group_id', 'in', [...ids])
    .execute();
  const byRemote = Map.groupBy(rows, ({ remote_group_id }) => remote_group_id ?? '');
  return new Map([...byRemote].map(([remote, naming]) => [remote, naming.map(({ group_id }) => group_id)]));
}

/** By group: the cells where a port has it. A port whose server is nowhere counts in none. */
export async function cellsOfGroups(read: DirectoryReader, ids: readonly string[]): Promise<CellsById> {
  if (ids.length === 0) return new Map();
  const rows = await read
    .selectFrom('port_groups')
    .select(['group_id as id', 'cell_id'])
    .distinct()
    .where('group_id', 'in', [...ids])
    .execute();
  return cellsById(rows);
}

/** By group: the cells where a port has a group of which a rule names it as remote. */
export async function cellsNamingGroups(read: DirectoryReader, ids: readonly string[]): Promise<CellsById> {
  const naming = await groupsNaming(read, ids);
  const cellsOf = await cellsOfGroups(read, [...new Set([...naming.values()].flat())]);
  return new Map(
    [...naming].map(([remote, groups]) => [remote, [...new Set(groups.flatMap((id) => cellsOf.get(id) ?? []))]]),
  );
}
