import { readTogether } from '../../../batching/read-together.ts';
import type { Reader } from '../../../database/database.ts';
import { fromJson } from '../../../database/json-column.ts';
import type { DecisionRecord } from '../../../objects/decision-record.ts';
import type { DirectoryTx } from '../../directory.ts';
import type { DirectoryTables } from '../../tables.ts';
import { HOME_COLUMNS, type Home, type HomeWithBuild, homeFromRow, homeWithBuild } from './home.ts';

type Read = Reader<DirectoryTables>;

/** Null: there is none. Those who ask at the same moment share a statement. */
export const getHome = readTogether(async (read: Read, uuids: readonly string[]): Promise<readonly (Home | null)[]> => {
  const found = new Map((await getHomes(read, uuids)).map((home) => [home.uuid, home]));
  return uuids.map((uuid) => found.get(uuid) ?? null);
});

/** Those that there are of these, in no order. */
export async function getHomes(read: Read, uuids: readonly string[]): Promise<readonly Home[]> {
  const rows = await read
    .selectFrom('instance_homes')
    .select(HOME_COLUMNS)
    .where('uuid', 'in', ['', ...uuids])
    .execute();
  return rows.map(homeFromRow);
}

/** Null: there is none. Those who ask at the same moment share a statement. */
export const getHomeWithBuild = readTogether(
  async (read: Read, uuids: readonly string[]): Promise<readonly (HomeWithBuild | null)[]> => {
    const found = new Map((await getHomesWithBuild(read, uuids)).map((home) => [home.uuid, home]));
    return uuids.map((uuid) => found.get(uuid) ?? null);
  },
);

/** What is known of why the server is where it is, or nowhere. @returns null when there is no such server, or it is deleted. */
export async function getDecision(
  read: Read,
  uuid: string,
): Promise<{ readonly home: Home; readonly decision: DecisionRecord | null } | null> {
  const row = await read
    .selectFrom('instance_homes')
    .select([...HOME_COLUMNS, 'decision'])
    .where('uuid', '=', uuid)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) return null;
  return { home: homeFromRow(row), decision: row.decision === null ? null : fromJson<DecisionRecord>(row.decision) };
}

/** Those that there are of these, in their order, whatever their state. */
export async function getHomesWithBuild(read: Read, uuids: readonly string[]): Promise<readonly HomeWithBuild[]> {
  const rows = await read
    .selectFrom('instance_homes')
    .selectAll()
    .where('uuid', 'in', ['', ...uuids])
    .execute();
  return rows.map(homeWithBuild).sort((a, b) => uuids.indexOf(a.uuid) - uuids.indexOf(b.uuid));
}

/** The names of these servers, by uuid. */
export async function namesOfServers(read: Read, uuids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await read
    .selectFrom('instance_homes')
    .select(['uuid', 'name'])
    .where('uuid', 'in', ['', ...uuids])
    .execute();
  return new Map(rows.map(({ uuid, name }) => [uuid, name]));
}

/** Locks the row until the transaction ends. */
export async function lockHome(tx: DirectoryTx, uuid: string): Promise<Home | null> {
  const row = await tx
    .selectFrom('instance_homes')
    .select(HOME_COLUMNS)
    .where('uuid', '=', uuid)
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? null : homeFromRow(row);
}
