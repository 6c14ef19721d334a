import type { AgentDefinitions } from '#platform/contracts/agent-definitions.ts';
import { fromJson } from '#platform/database/json-column.ts';
import type { CellReader } from '../../cell-database.ts';

type Remote = AgentDefinitions['remotes'][number];

/** A group that an answer is to tell of. `since`: what the agent knows; null: nothing, so it is told all members. */
interface AskedRemote {
  readonly id: string;
  readonly since: number | null;
}

/** Every version is higher. */
const BEFORE_ALL = -1;

/**
 * The members of these groups, or what has changed of them, in as few statements as they have different versions.
 * @returns those of the first groups that have so many rows together; of one group that has some at least, so that a reader gets on.
 */
export async function remoteMembers(
  read: CellReader,
  asked: readonly AskedRemote[],
  maxMembers: number,
): Promise<Remote[]> {
  const counts = new Map(await bySince(asked, (ids, since) => countsSince(read, ids, since)));
  const taken: AskedRemote[] = [];
  let members = 0;
  for (const one of asked) {
    const count = counts.get(one.id) ?? 0;
    if (members > 0 && members + count > maxMembers) break;
    members += count;
    taken.push(one);
  }
  // Where nothing has changed there is nothing to read.
  const busy = taken.filter(({ id }) => counts.has(id));
  const remotes = new Map<string, Remote>(
    taken.map(({ id, since }) => [id, { id, whole: since === null, members: [], gone: [] }]),
  );
  for (const row of await bySince(busy, (ids, since) => membersSince(read, ids, since))) {
    const remote = remotes.get(row.group_id);
    if (row.gone === 0) remote?.members.push({ portId: row.port_id, addresses: fromJson<string[]>(row.addresses) });
    else if (!remote?.whole) remote?.gone.push(row.port_id);
  }
  return [...remotes.values()];
}

/** Calls `query` once for the groups of each version. */
async function bySince<T>(
  asked: readonly AskedRemote[],
  query: (ids: readonly string[], since: number) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const groups = Map.groupBy(asked, ({ since }) => since ?? BEFORE_ALL);
  const rows: T[] = [];
  for (const [since, some] of groups)
    rows.push(
      ...(await query(
        some.map(({ id }) => id),
        since,
      )),
    );
  return rows;
}

async function countsSince(
  read: CellReader,
  ids: readonly string[],
  since: number,
): Promise<readonly (readonly [string, number])[]> {
  const rows = await read
    .selectFrom('defined_members')
    .select(({ fn }) => ['group_id', fn.countAll<number>().as('rows')])
    .where('group_id', 'in', [...ids])
    .where('version', '>', since)
    .groupBy('group_id')
    .execute();
  return rows.map((row) => [row.group_id, Number(row.rows)] as const);
}

async function membersSince(read: CellReader, ids: readonly string[], since: number) {
  return await read
    .selectFrom('defined_members')
    .select(['group_id', 'port_id', 'addresses', 'gone'])
    .where('group_id', 'in', [...ids])
    .where('version', '>', since)
    .execute();
}
