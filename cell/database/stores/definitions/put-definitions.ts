import { toJson } from '#platform/database/json-column.ts';
import type { Definition, DefinitionKey, GroupDefinition, PortDefinition } from '#platform/objects/definitions.ts';
import type { CellTx } from '../../cell-database.ts';
import { type ChangedDefinitions, noChange } from './changed-definitions.ts';
import { type ChangedMembers, changeMembers, noMembers } from './members.ts';

/**
 * Writes definitions that are newer than the known ones, and forgets others, under the next version of the cell's definitions. What is known
 * already changes nothing, so a call may be repeated. @returns what has changed.
 */
export async function putDefinitions(
  tx: CellTx,
  put: readonly Definition[],
  forget: readonly DefinitionKey[],
  now: number,
): Promise<ChangedDefinitions> {
  const version = await nextVersion(tx);
  const groups = await newer(
    tx,
    'defined_groups',
    put.filter((one) => one.kind === 'group'),
  );
  const ports = await newer(
    tx,
    'defined_ports',
    put.filter((one) => one.kind === 'port'),
  );
  const goneGroups = await known(tx, 'defined_groups', idsOf(forget, 'group'));
  const gonePorts = await known(tx, 'defined_ports', idsOf(forget, 'port'));
  if (groups.length + ports.length + goneGroups.length + gonePorts.length === 0) return noChange;
  await dropGroups(tx, [...goneGroups, ...groups.map(({ id }) => id)]);
  await insertGroups(tx, groups);
  await dropPorts(tx, [...gonePorts, ...ports.map(({ id }) => id)]);
  await insertPorts(tx, ports);
  const members = ports.flatMap(({ id, groupIds, addresses }) =>
    [...new Set(groupIds)].map((groupId) => ({ groupId, portId: id, addresses })),
  );
  const portIds = [...gonePorts, ...ports.map(({ id }) => id)];
  const changed: ChangedMembers =
    portIds.length === 0 ? noMembers : await changeMembers(tx, portIds, members, { version, now });
  await tx.updateTable('definition_version').set({ version }).where('id', '=', 1).execute();
  return {
    groupIds: [...goneGroups, ...groups.map(({ id }) => id)],
    portIds,
    memberGroupIds: changed.groupIds,
  };
}

const idsOf = (keys: readonly DefinitionKey[], kind: DefinitionKey['kind']): readonly string[] =>
  keys.filter((key) => key.kind === kind).map(({ id }) => id);

/** Locks the version until the transaction ends. */
async function nextVersion(tx: CellTx): Promise<number> {
  const { version } = await tx
    .selectFrom('definition_version')
    .select('version')
    .where('id', '=', 1)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return Number(version) + 1;
}

type Table = 'defined_groups' | 'defined_ports';

/** Of each id the newest, if it is newer than the known one. */
async function newer<D extends Definition>(tx: CellTx, table: Table, given: readonly D[]): Promise<readonly D[]> {
  if (given.length === 0) return [];
  const newest = new Map<string, D>();
  for (const one of given) if (one.generation > (newest.get(one.id)?.generation ?? -1)) newest.set(one.id, one);
  const rows = await tx
    .selectFrom(table)
    .select(['id', 'generation'])
    .where('id', 'in', [...newest.keys()])
    .execute();
  const generations = new Map(rows.map(({ id, generation }) => [id, generation]));
  return [...newest.values()].filter(({ id, generation }) => generation > (generations.get(id) ?? -1));
}

async function known(tx: CellTx, table: Table, ids: readonly string[]): Promise<readonly string[]> {
  if (ids.length === 0) return [];
  const rows = await tx
    .selectFrom(table)
    .select('id')
    .where('id', 'in', [...ids])
    .execute();
  return rows.map(({ id }) => id);
}

async function dropGroups(tx: CellTx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .deleteFrom('defined_groups')
    .where('id', 'in', [...ids])
    .execute();
  await tx
    .deleteFrom('defined_remotes')
    .where('group_id', 'in', [...ids])
    .execute();
}

async function insertGroups(tx: CellTx, groups: readonly GroupDefinition[]): Promise<void> {
  if (groups.length === 0) return;
  await tx
    .insertInto('defined_groups')
    .values(groups.map(({ id, generation, rules }) => ({ id, generation, rules: toJson(rules) })))
    .execute();
  const remotes = groups.flatMap(({ id, rules }) =>
    [...new Set(rules.map(({ remoteGroupId }) => remoteGroupId).filter((remote) => remote !== null))].map((remote) => ({
      group_id: id,
      remote_id: remote,
    })),
  );
  if (remotes.length > 0) await tx.insertInto('defined_remotes').values(remotes).execute();
}

async function dropPorts(tx: CellTx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await tx
    .deleteFrom('defined_ports')
    .where('id', 'in', [...ids])
    .execute();
}

async function insertPorts(tx: CellTx, ports: readonly PortDefinition[]): Promise<void> {
  if (ports.length === 0) return;
  await tx
    .insertInto('defined_ports')
    .values(
      ports.map(({ id, generation, groupIds, addresses, portSecurity }) => ({
        id,
        generation,
        content: toJson({ groupIds, addresses, portSecurity }),
      })),
    )
    .execute();
}

/**
 * Drops some members that are gone for longer than this. Who knows an older version than one of them gets whole lists from now on.
 * @returns how many.
 */
export async function dropGoneMembers(tx: CellTx, before: number, limit: number): Promise<number> {
  const { whole_before } = await tx
    .selectFrom('definition_version')
    .select('whole_before')
    .where('id', '=', 1)
    .forUpdate()
    .executeTakeFirstOrThrow();
  // Nobody changes a member meanwhile: the version is locked. Both statements take the same rows, in the order of the index.
  const rows = await tx
    .selectFrom('defined_members')
    .select('version')
    .where('gone', '=', 1)
    .where('changed_at', '<', before)
    .orderBy('changed_at')
    .orderBy('group_id')
    .orderBy('port_id')
    .limit(limit)
    .execute();
  if (rows.length === 0) return 0;
  await tx
    .deleteFrom('defined_members')
    .where('gone', '=', 1)
    .where('changed_at', '<', before)
    .orderBy('changed_at')
    .orderBy('group_id')
    .orderBy('port_id')
    .limit(limit)
    .execute();
  await tx
    .updateTable('definition_version')
    .set({ whole_before: Math.max(Number(whole_before), ...rows.map(({ version }) => Number(version))) })
    .where('id', '=', 1)
    .execute();
  return rows.length;
}
