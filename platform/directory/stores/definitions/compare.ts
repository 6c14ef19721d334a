import { type RawBuilder, sql } from 'kysely';
import { selectRows } from '../../../database/raw-select.ts';
import { DEFINITION_KINDS, type DefinitionKey, type KnownDefinition } from '../../../objects/definitions.ts';
import type { Directory, DirectoryReader, DirectoryTx } from '../../directory.ts';
import { storedHomeState } from '../homes/home-state.ts';
import { removeGiven } from './delivered.ts';
import { addDue, type Due, dueAmong } from './due.ts';
import { takeTurn } from './turn.ts';

/** How many definitions there are, and a checksum of their kinds, ids and generations. The door of a cell says the same of its own. */
interface Digest {
  readonly count: number;
  readonly digest: string;
}

/** What a cell was given, in short. */
export async function digestOfGiven(read: DirectoryReader, cellId: string): Promise<Digest> {
  const [row] = await selectRows<{ count: number | string; digest: number | string | null }>(
    read,
    sql`SELECT COUNT(*) AS count, SUM(CRC32(CONCAT_WS('/', kind, id, generation))) AS digest
      FROM cell_definitions WHERE cell_id = ${cellId}`,
  );
  return { count: Number(row?.count ?? 0), digest: String(row?.digest ?? 0) };
}

/** What a cell was given and what it needs are compared; what is missing, old or needless becomes due. @returns how many. */
export const compareNeeds = (directory: Directory, cellId: string): Promise<number> =>
  directory.transaction(async (tx) => {
    await takeTurn(tx);
    const due: Due[] = [];
    for (const kind of DEFINITION_KINDS) due.push(...(await differing(tx, cellId, kind)));
    await addDue(tx, due);
    return due.length;
  });

/**
 * A page of what a cell knows is compared with what it was given. What it was given and does not know so counts as not given, and becomes due.
 * @param range the keys of the page: after the first, up to the last; null: from the beginning, to the end.
 * @returns what the cell must forget: what it was not given, and what it knows of a later generation than the directory has, because the
 * directory was set back. Nothing is written down of keys that only the cell names.
 */
export const comparePage = (
  directory: Directory,
  cellId: string,
  known: readonly KnownDefinition[],
  range: { readonly after: DefinitionKey | null; readonly upTo: DefinitionKey | null },
): Promise<readonly DefinitionKey[]> =>
  directory.transaction(async (tx) => {
    await takeTurn(tx);
    const given = new Map((await givenIn(tx, cellId, range)).map((one) => [keyOf(one), one]));
    const inCell = new Map(known.map((one) => [keyOf(one), one]));
    const lost = [...given.values()].filter((one) => inCell.get(keyOf(one))?.generation !== one.generation);
    await removeGiven(tx, [cellId], lost);
    await addDue(
      tx,
      lost.map(({ kind, id }) => ({ cellId, kind, id })),
    );
    const others = lost.flatMap((one) => inCell.get(keyOf(one)) ?? []);
    const extra = known.filter((one) => !given.has(keyOf(one)));
    return [...(await laterThanHere(tx, others)), ...(await notDue(tx, cellId, extra))].map(({ kind, id }) => ({
      kind,
      id,
    }));
  });

/** What is due may be on its way to the cell: its delivery decides whether the cell keeps it. */
async function notDue<K extends DefinitionKey>(
  tx: DirectoryTx,
  cellId: string,
  keys: readonly K[],
): Promise<readonly K[]> {
  const due = new Set((await dueAmong(tx, cellId, keys)).map(keyOf));
  return keys.filter((key) => !due.has(keyOf(key)));
}

const keyOf = ({ kind, id }: DefinitionKey): string => `${kind} ${id}`;

async function givenIn(
  tx: DirectoryTx,
  cellId: string,
  { after, upTo }: { readonly after: DefinitionKey | null; readonly upTo: DefinitionKey | null },
): Promise<readonly KnownDefinition[]> {
  let query = tx.selectFrom('cell_definitions').select(['kind', 'id', 'generation']).where('cell_id', '=', cellId);
  if (after !== null) query = query.where(sql<boolean>`(kind, id) > (${after.kind}, ${after.id})`);
  if (upTo !== null) query = query.where(sql<boolean>`(kind, id) <= (${upTo.kind}, ${upTo.id})`);
  return query.execute();
}

async function laterThanHere(tx: DirectoryTx, known: readonly KnownDefinition[]): Promise<readonly KnownDefinition[]> {
  const later: KnownDefinition[] = [];
  for (const [kind, some] of Map.groupBy(known, (one) => one.kind)) {
    const ids = sql.join(some.map(({ id }) => id));
    const rows = await selectRows<{ id: string; revision: number }>(
      tx,
      sql`SELECT id, revision FROM (${defined[kind]}) AS here WHERE id IN (${ids})`,
    );
    const here = new Map(rows.map(({ id, revision }) => [id, revision]));
    later.push(...some.filter(({ id, generation }) => generation > (here.get(id) ?? Number.MAX_SAFE_INTEGER)));
  }
  return later;
}

/** Needed and not given so, or given and not needed. What is not announced yet comes by itself. */
async function differing(tx: DirectoryTx, cellId: string, kind: Due['kind']): Promise<readonly Due[]> {
  const needed = needs[kind](cellId);
  const rows = await selectRows<{ id: string }>(
    tx,
    sql`SELECT needed.id AS id FROM (${needed}) AS needed
        LEFT JOIN cell_definitions AS given
          ON given.cell_id = ${cellId} AND given.kind = ${kind} AND given.id = needed.id
        WHERE given.id IS NULL OR given.generation <> needed.revision
      UNION SELECT given.id AS id FROM cell_definitions AS given
        LEFT JOIN (${needed}) AS needed ON needed.id = given.id
        WHERE given.cell_id = ${cellId} AND given.kind = ${kind} AND needed.id IS NULL`,
  );
  return rows.map(({ id }) => ({ cellId, kind, id }));
}

/** The definitions of a kind, with their generations. */
const defined: Readonly<Record<Due['kind'], RawBuilder<unknown>>> = {
  group: sql`SELECT id, revision FROM security_groups`,
  network: sql`SELECT id, revision FROM networks`,
  port: sql`SELECT id, revision FROM ports`,
  router: sql`SELECT id, generation AS revision FROM routers`,
};

// Each group and network once: a join with all ports of a cell that have a group would grow with the square of its members.
const groupsIn = (cellId: string) => sql`SELECT DISTINCT group_id FROM port_groups WHERE cell_id = ${cellId}`;

const remotesIn = (cellId: string) =>
  sql`SELECT DISTINCT rules.remote_group_id AS group_id FROM (${groupsIn(cellId)}) AS own
    JOIN security_group_rules AS rules ON rules.group_id = own.group_id WHERE rules.remote_group_id IS NOT NULL`;

const networksIn = (cellId: string) => sql`SELECT DISTINCT network_id FROM port_networks WHERE cell_id = ${cellId}`;

const routersIn = (cellId: string) =>
  sql`SELECT DISTINCT joined.router_id FROM (${networksIn(cellId)}) AS own
    JOIN router_networks AS joined ON joined.network_id = own.network_id AND joined.is_gateway = 0`;

/** What a cell needs of each kind, as last announced. */
const needs: Readonly<Record<Due['kind'], (cellId: string) => RawBuilder<unknown>>> = {
  group: (
    cellId,
  ) => sql`SELECT security_groups.id AS id, security_groups.revision AS revision FROM (${groupsIn(cellId)}) AS own
    JOIN security_groups ON security_groups.id = own.group_id WHERE security_groups.announced = 1`,
  network: (cellId) => sql`SELECT networks.id AS id, networks.revision AS revision FROM (${networksIn(cellId)}
      UNION SELECT theirs.network_id FROM (${routersIn(cellId)}) AS routers
        JOIN router_networks AS theirs ON theirs.router_id = routers.router_id) AS own
    JOIN networks ON networks.id = own.network_id WHERE networks.announced = 1`,
  router: (cellId) => sql`SELECT routers.id AS id, routers.generation AS revision FROM (${routersIn(cellId)}) AS own
    JOIN routers ON routers.id = own.router_id WHERE routers.announced = 1`,
  port: (cellId) => sql`SELECT ports.id AS id, ports.revision AS revision FROM instance_homes
      JOIN ports ON ports.device_id = instance_homes.uuid AND ports.device_owner LIKE 'compute:%'
      WHERE instance_homes.cell_id = ${cellId} AND instance_homes.state = ${storedHomeState('placed')} AND ports.announced = 1
    UNION SELECT ports.id AS id, ports.revision AS revision FROM instance_homes
      JOIN ports AS parents ON parents.device_id = instance_homes.uuid AND parents.device_owner LIKE 'compute:%'
      JOIN trunks ON trunks.port_id = parents.id
      JOIN subports ON subports.trunk_id = trunks.id
      JOIN ports ON ports.id = subports.port_id
      WHERE instance_homes.cell_id = ${cellId} AND instance_homes.state = ${storedHomeState('placed')} AND ports.announced = 1
    UNION SELECT ports.id AS id, ports.revision AS revision FROM (${remotesIn(cellId)}) AS remotes
      STRAIGHT_JOIN port_groups ON port_groups.group_id = remotes.group_id
      STRAIGHT_JOIN ports ON ports.id = port_groups.port_id
      WHERE ports.announced = 1`,
};
