import type { Definition, DefinitionKey, PortDefinition } from '#platform/objects/definitions.ts';
import type { CellTx } from '../../cell-database.ts';
import { type ChangedBinding, changeBindings, changePortsOfInstances } from '../port-changes.ts';
import { type ChangedDefinitions, noChange } from './changed-definitions.ts';
import { DEFINED_TABLES } from './defined-tables.ts';
import { changeMembers, noMembers } from './members.ts';
import { replaceGroups, replaceNetworks, replacePorts, replaceRouters } from './write-definitions.ts';

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
  const groups = await newer(tx, 'group', put);
  const networks = await newer(tx, 'network', put);
  const ports = await newer(tx, 'port', put);
  const routers = await newer(tx, 'router', put);
  const gone = {
    groups: await known(tx, 'group', forget),
    networks: await known(tx, 'network', forget),
    ports: await known(tx, 'port', forget),
    routers: await known(tx, 'router', forget),
  };
  const changed = [groups, networks, ports, routers, ...Object.values(gone)];
  if (changed.every(({ length }) => length === 0)) return noChange;
  const ids = {
    groups: [...gone.groups, ...groups.map(({ id }) => id)],
    networks: [...gone.networks, ...networks.map(({ id }) => id)],
    ports: [...gone.ports, ...ports.map(({ id }) => id)],
    routers: [...gone.routers, ...routers.map(({ id }) => id)],
  };
  const joined = await networksOfRouters(tx, ids.routers);
  await replaceGroups(tx, ids.groups, groups);
  await replaceNetworks(tx, ids.networks, networks);
  await replacePorts(tx, ids.ports, ports);
  await replaceRouters(tx, ids.routers, routers);
  const members = ports.flatMap(({ id, groupIds, addresses }) =>
    [...new Set(groupIds)].map((groupId) => ({ groupId, portId: id, addresses })),
  );
  const { groupIds: memberGroupIds } =
    ids.ports.length === 0 ? noMembers : await changeMembers(tx, ids.ports, members, { version, now });
  const bindings = await changeServers(tx, ports, now);
  await tx.updateTable('definition_version').set({ version }).where('id', '=', 1).execute();
  return {
    groupIds: ids.groups,
    portIds: ids.ports,
    memberGroupIds,
    networkIds: ids.networks,
    bindings,
    joinedNetworkIds: [...new Set([...joined, ...(await networksOfRouters(tx, ids.routers))])],
  };
}

/** In which these routers have an interface. */
async function networksOfRouters(tx: CellTx, routerIds: readonly string[]): Promise<readonly string[]> {
  if (routerIds.length === 0) return [];
  const rows = await tx
    .selectFrom('defined_router_networks')
    .select('network_id')
    .distinct()
    .where('router_id', 'in', [...routerIds])
    .where('is_gateway', '=', 0)
    .execute();
  return rows.map(({ network_id }) => network_id);
}

/**
 * What the directory says of a port of a server is written into the record and the bindings of that server too, in case that whoever changed the
 * port could not tell the cell.
 */
async function changeServers(
  tx: CellTx,
  ports: readonly PortDefinition[],
  now: number,
): Promise<readonly ChangedBinding[]> {
  const changes = ports.flatMap(({ id, generation, groupIds, server }) =>
    server === undefined
      ? []
      : {
          uuid: server.uuid,
          change: {
            ...{ id, revision: generation, fixedIps: server.fixedIps, securityGroupIds: groupIds },
            subports: server.subports ?? [],
          },
        },
  );
  const byServer = Map.groupBy(changes, ({ uuid }) => uuid);
  await changePortsOfInstances(
    tx,
    new Map([...byServer].map(([uuid, some]) => [uuid, some.map(({ change }) => change)])),
    now,
  );
  return changeBindings(
    tx,
    changes.map(({ change }) => change),
    now,
  );
}

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

type Kind = Definition['kind'];

/** Of each definition of the kind the newest, if it is newer than the known one. */
async function newer<K extends Kind>(
  tx: CellTx,
  kind: K,
  given: readonly Definition[],
): Promise<readonly Extract<Definition, { kind: K }>[]> {
  const isOfKind = (one: Definition): one is Extract<Definition, { kind: K }> => one.kind === kind;
  const newest = new Map<string, Extract<Definition, { kind: K }>>();
  for (const one of given.filter(isOfKind))
    if (one.generation > (newest.get(one.id)?.generation ?? -1)) newest.set(one.id, one);
  if (newest.size === 0) return [];
  const table: (typeof DEFINED_TABLES)[Kind] = DEFINED_TABLES[kind];
  const rows = await tx
    .selectFrom(table)
    .select(['id', 'generation'])
    .where('id', 'in', [...newest.keys()])
    .execute();
  const generations = new Map(rows.map(({ id, generation }) => [id, generation]));
  return [...newest.values()].filter(({ id, generation }) => generation > (generations.get(id) ?? -1));
}

async function known(tx: CellTx, kind: Kind, keys: readonly DefinitionKey[]): Promise<readonly string[]> {
  const ids = keys.filter((key) => key.kind === kind).map(({ id }) => id);
  if (ids.length === 0) return [];
  const rows = await tx.selectFrom(DEFINED_TABLES[kind]).select('id').where('id', 'in', ids).execute();
  return rows.map(({ id }) => id);
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
