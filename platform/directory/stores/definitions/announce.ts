import { sql } from 'kysely';
import { fromJson } from '../../../database/json-column.ts';
import { selectRows } from '../../../database/raw-select.ts';
import { DEFINITION_KINDS, type DefinitionKey } from '../../../objects/definitions.ts';
import type { Directory, DirectoryReader, DirectoryTx } from '../../directory.ts';
import { dueOfNetworks } from './announce-networks.ts';
import { cellsOfGroups, groupsNaming } from './cells-of-groups.ts';
import { addDue, type Due } from './due.ts';
import { dueBy, type PortGroup } from './due-by.ts';
import { portsWithHomes } from './ports-with-homes.ts';
import { listToldCells } from './told-cells.ts';
import { takeTurn } from './turn.ts';

type Changed = 'ports' | 'security_groups' | 'networks' | 'routers' | 'deleted_definitions';

/** Whether something may have changed since it was last announced. Cheap: it is asked several times a second. */
export const isAnythingChanged = async (read: DirectoryReader): Promise<boolean> =>
  (await changedTables(read)).size > 0;

/** The tables in which something may have changed; one statement, because nearly always it is one of them, or none. */
async function changedTables(read: DirectoryReader): Promise<ReadonlySet<Changed>> {
  const [row] = await selectRows<Record<Changed, number>>(
    read,
    sql`SELECT EXISTS (SELECT 1 FROM ports WHERE announced < 1) AS ports,
        EXISTS (SELECT 1 FROM security_groups WHERE announced = 0) AS security_groups,
        EXISTS (SELECT 1 FROM networks WHERE announced = 0) AS networks,
        EXISTS (SELECT 1 FROM routers WHERE announced = 0) AS routers,
        EXISTS (SELECT 1 FROM deleted_definitions) AS deleted_definitions`,
  );
  const changed = Object.entries(row ?? {}).filter(([, has]) => Number(has) === 1);
  return new Set(changed.map(([table]) => table as Changed));
}

/** What one transaction looks at, of each kind. */
const MAX_AT_ONCE = 500;

/**
 * Decides which cells need what has changed since it was last announced, and writes that down as due. It locks nothing that
 * is defined: what changes meanwhile is announced again. One at a time does so, whoever calls it.
 * @returns whether there may be more.
 */
export const announceChanges = (directory: Directory): Promise<boolean> =>
  directory.transaction(async (tx) => {
    await takeTurn(tx);
    const tables = await changedTables(tx);
    const ports = tables.has('ports') ? await changedPorts(tx) : [];
    const groups = tables.has('security_groups') ? await changedIn(tx, 'security_groups') : [];
    const networks = tables.has('networks') ? await changedIn(tx, 'networks') : [];
    const routers = tables.has('routers') ? await changedRouters(tx) : [];
    const deleted = tables.has('deleted_definitions') ? await deletedDefinitions(tx) : [];
    const all = [ports, groups, networks, routers, deleted];
    if (all.every(({ length }) => length === 0)) return false;

    const gone = (which: DefinitionKey['kind']) => deleted.filter(({ kind }) => kind === which).map(({ id }) => id);
    const portIds = [...ports.map(({ id }) => id), ...gone('port')];
    const before = await portGroups(tx, portIds);
    const after = ports.flatMap(({ id, cellId, groupIds }) =>
      groupIds.map((groupId) => ({ portId: id, groupId, cellId })),
    );
    const touched = [...new Set([...before, ...after].map(({ groupId }) => groupId))];
    const naming = await groupsNaming(tx, touched);
    const changed = groups.map(({ id }) => id);
    const cellsOf = await cellsOfGroups(tx, [...new Set([...naming.values()].flat().concat(changed))]);
    const known = await cellsKnowing(tx, deleted);
    const due = [
      ...dueBy({ ports, before, after, naming, groups: changed, cellsOf, known }),
      ...(await dueOfNetworks(tx, {
        ports,
        gonePorts: gone('port'),
        networks: networks.map(({ id }) => id),
        routers: [...routers.map(({ id }) => id), ...gone('router')],
      })),
    ];
    const told = new Set(await listToldCells(tx));

    await replacePortGroups(tx, portIds, after);
    await addDue(
      tx,
      due.filter(({ cellId }) => told.has(cellId)),
    );
    await forgetDeleted(tx, deleted);
    await markAnnounced(tx, 'ports', ports);
    await markAnnounced(tx, 'security_groups', groups);
    await markAnnounced(tx, 'networks', networks);
    await markAnnounced(tx, 'routers', routers);
    return all.some(({ length }) => length === MAX_AT_ONCE);
  });

/** What a row must still have when it is marked. */
interface Revised {
  readonly id: string;
  readonly revision: number;
  readonly announced: number;
}

/** Those of servers that no cell has yet come later: it is not yet known who needs them. */
async function changedPorts(tx: DirectoryTx) {
  const which = sql<boolean>`ports.announced < 1 AND COALESCE(instance_homes.state, '') <> 'accepted'`;
  const rows = await portsWithHomes(tx, which, MAX_AT_ONCE);
  return rows.map(({ id, network_id, revision, announced, security_group_ids, cell_id }) => ({
    id,
    networkId: network_id,
    revision,
    announced,
    cellId: cell_id ?? '',
    groupIds: [...new Set(fromJson<string[]>(security_group_ids))],
  }));
}

const changedIn = (tx: DirectoryTx, table: 'security_groups' | 'networks'): Promise<Revised[]> =>
  tx.selectFrom(table).select(['id', 'revision', 'announced']).where('announced', '=', 0).limit(MAX_AT_ONCE).execute();

const changedRouters = (tx: DirectoryTx): Promise<Revised[]> =>
  tx
    .selectFrom('routers')
    .select(['id', 'generation as revision', 'announced'])
    .where('announced', '=', 0)
    .limit(MAX_AT_ONCE)
    .execute();

const deletedDefinitions = (tx: DirectoryTx) =>
  tx.selectFrom('deleted_definitions').selectAll().limit(MAX_AT_ONCE).execute();

async function portGroups(tx: DirectoryTx, portIds: readonly string[]): Promise<readonly PortGroup[]> {
  if (portIds.length === 0) return [];
  const rows = await tx
    .selectFrom('port_groups')
    .selectAll()
    .where('port_id', 'in', [...portIds])
    .execute();
  return rows.map(({ port_id, group_id, cell_id }) => ({ portId: port_id, groupId: group_id, cellId: cell_id }));
}

/** Where something that was deleted is known, or about to be. */
async function cellsKnowing(tx: DirectoryTx, deleted: readonly DefinitionKey[]): Promise<readonly Due[]> {
  const known: Due[] = [];
  for (const kind of DEFINITION_KINDS) {
    const ids = deleted.filter((one) => one.kind === kind).map(({ id }) => id);
    if (ids.length === 0) continue;
    for (const table of ['cell_definitions', 'definitions_due'] as const) {
      const rows = await tx
        .selectFrom(table)
        .select(['cell_id', 'id'])
        .where('kind', '=', kind)
        .where('id', 'in', ids)
        .execute();
      known.push(...rows.map(({ cell_id, id }) => ({ cellId: cell_id, kind, id })));
    }
  }
  return known;
}

async function replacePortGroups(
  tx: DirectoryTx,
  portIds: readonly string[],
  rows: readonly PortGroup[],
): Promise<void> {
  if (portIds.length === 0) return;
  await tx
    .deleteFrom('port_groups')
    .where('port_id', 'in', [...portIds])
    .execute();
  if (rows.length === 0) return;
  await tx
    .insertInto('port_groups')
    .values(rows.map(({ portId, groupId, cellId }) => ({ port_id: portId, group_id: groupId, cell_id: cellId })))
    .execute();
}

async function forgetDeleted(tx: DirectoryTx, deleted: readonly DefinitionKey[]): Promise<void> {
  if (deleted.length === 0) return;
  await tx
    .deleteFrom('deleted_definitions')
    .where(
      'id',
      'in',
      deleted.map(({ id }) => id),
    )
    .execute();
}

/** Those that are still as they were read. */
async function markAnnounced(
  tx: DirectoryTx,
  table: 'ports' | 'security_groups' | 'networks' | 'routers',
  read: readonly Revised[],
): Promise<void> {
  if (read.length === 0) return;
  const revision = sql.ref(table === 'routers' ? 'generation' : 'revision');
  await tx
    .updateTable(table)
    .set({ announced: 1 })
    // By their keys alone: this statement waits for no row that others are just inserting.
    .where(
      'id',
      'in',
      read.map(({ id }) => id),
    )
    .where(
      sql<boolean>`(id, ${revision}, announced) IN (${sql.join(read.map((one) => sql`(${one.id}, ${one.revision}, ${one.announced})`))})`,
    )
    .execute();
}
