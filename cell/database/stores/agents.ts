import type { Selectable } from 'kysely';
import type { CellDatabase, CellReader, CellTx } from '../cell-database.ts';
import { type CellRow, cellColumns, cellRows } from '../cell-row.ts';
import type { AgentsTable } from '../schema/agents.ts';

type AgentRow = CellRow<Selectable<AgentsTable>>;

/** Stores an agent that has announced itself, and marks it up. */
export async function saveAgent(tx: Pick<CellTx, 'insertInto'>, agent: AgentRow): Promise<void> {
  const { id: _id, ...rest } = agent;
  await tx
    .insertInto('agents')
    .values(cellColumns<AgentsTable>(agent) as AgentsTable)
    .onDuplicateKeyUpdate(cellColumns<AgentsTable>(rest))
    .execute();
}

/** Records a heartbeat. False when the agent is unknown or was marked down: it has to announce itself. */
export async function touchAgent({ write }: CellDatabase, id: string, now: number): Promise<boolean> {
  const { numUpdatedRows } = await write
    .updateTable('agents')
    .set({ last_seen_at: now })
    .where('id', '=', id)
    .where('up', '=', 1)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

/** Agents that are up and have sent no heartbeat since. */
export async function silentAgents(read: CellReader, since: number): Promise<readonly AgentRow[]> {
  return cellRows(
    await read.selectFrom('agents').selectAll().where('up', '=', 1).where('last_seen_at', '<', since).execute(),
  );
}

/** Marks an agent down. False when it has sent a heartbeat since. */
export async function giveUpAgent(tx: CellTx, id: string, since: number): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('agents')
    .set({ up: 0 })
    .where('id', '=', id)
    .where('up', '=', 1)
    .where('last_seen_at', '<', since)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

export async function listAgents(read: CellReader, kind: AgentRow['kind']): Promise<readonly AgentRow[]> {
  return cellRows(await read.selectFrom('agents').selectAll().where('kind', '=', kind).orderBy('id').execute());
}

/** Deletes rows of conductors that have been silent for long: each change of address leaves one behind. */
export async function forgetConductors(tx: Pick<CellTx, 'deleteFrom'>, notSeenSince: number): Promise<void> {
  await tx.deleteFrom('agents').where('kind', '=', 'conductor').where('last_seen_at', '<', notSeenSince).execute();
}

/** The URL of an agent; null when the agent is not known. */
export async function agentUrl(read: CellReader, id: string): Promise<string | null> {
  const row = await read.selectFrom('agents').select('url').where('id', '=', id).executeTakeFirst();
  return row?.url ?? null;
}
