import { type Selectable, sql } from 'kysely';
import type { CellReader, CellTx } from '../cell-database.ts';
import type { AgentKeysTable } from '../schema/agent-keys.ts';
import { type AgentKey, toAgentKey } from './agent-keys.ts';

/** What a cell knows of an agent's identity. */
export interface AgentEnrolment {
  /** The kind as which the agent joined; null: it never had a key of its own. Stays when its keys have ended. */
  readonly enrolledAs: AgentKey['kind'] | null;
  /** Its keys, also those that `isEnded`. */
  readonly keys: readonly AgentKey[];
}

const NEVER_ENROLLED: AgentEnrolment = { enrolledAs: null, keys: [] };

/** Stands in the place of a hash in the row that says only that an agent joined once. */
const NO_KEY = '';

/** One statement, by primary keys. */
export async function enrolmentsOf(
  read: CellReader,
  agentIds: readonly string[],
): Promise<ReadonlyMap<string, AgentEnrolment>> {
  if (agentIds.length === 0) return new Map();
  const rows: readonly Selectable<AgentKeysTable>[] = await read
    .selectFrom('agent_keys')
    .select(['agent_id', 'key_hash', 'kind', 'hosts', 'created_at', 'used_at'])
    .where('agent_id', 'in', agentIds)
    .unionAll(
      read
        .selectFrom('enrolled_agents')
        .select([
          'agent_id',
          sql<string>`${NO_KEY}`.as('key_hash'),
          'kind',
          sql<string>`'[]'`.as('hosts'),
          'enrolled_at as created_at',
          sql<number | null>`NULL`.as('used_at'),
        ])
        .where('agent_id', 'in', agentIds),
    )
    .execute();
  const byAgent = new Map<string, AgentKey[]>();
  for (const row of rows) byAgent.set(row.agent_id, [...(byAgent.get(row.agent_id) ?? []), toAgentKey(row)]);
  return new Map(
    [...byAgent].map(([agentId, keys]) => [
      agentId,
      { enrolledAs: keys[0]?.kind ?? null, keys: keys.filter(({ keyHash }) => keyHash !== NO_KEY) },
    ]),
  );
}

export const enrolmentOf = async (read: CellReader, agentId: string): Promise<AgentEnrolment> =>
  (await enrolmentsOf(read, [agentId])).get(agentId) ?? NEVER_ENROLLED;

/** Records for ever that this agent, and the agents of this kind of these hosts, have keys of their own. May be repeated. */
export async function recordEnrolment(
  tx: CellTx,
  { agentId, kind, hosts }: Pick<AgentKey, 'agentId' | 'kind' | 'hosts'>,
  now: number,
): Promise<void> {
  await tx.insertInto('enrolled_agents').ignore().values({ agent_id: agentId, kind, enrolled_at: now }).execute();
  await recordHosts(tx, kind, hosts, now);
}

/** Records for ever that agents of this kind drive these hosts with keys of their own only. May be repeated. */
export async function recordHosts(
  tx: CellTx,
  kind: AgentKey['kind'],
  hosts: readonly string[],
  now: number,
): Promise<void> {
  if (hosts.length === 0) return;
  const rows = hosts.map((name) => ({ kind, name, enrolled_at: now }));
  await tx.insertInto('enrolled_hosts').ignore().values(rows).execute();
}

/** The names, also those that end in `*`, that may stand for one of these hosts. */
export async function enrolledNames(
  read: CellReader,
  kind: AgentKey['kind'],
  hosts: readonly string[],
): Promise<readonly string[]> {
  const rows = await read
    .selectFrom('enrolled_hosts')
    .select('name')
    .where('kind', '=', kind)
    .where((eb) => eb.or([eb('name', 'in', ['', ...hosts]), eb('name', 'like', '%*')]))
    .execute();
  return rows.map(({ name }) => name);
}

/** Agents that drive hosts now and never had a key of their own, once for each host. */
export async function unenrolledDrivers(
  read: CellReader,
): Promise<readonly { readonly agentId: string; readonly kind: AgentKey['kind']; readonly hostName: string }[]> {
  const rows = await read
    .selectFrom('hosts')
    .innerJoin('agents', (join) =>
      join.on((eb) =>
        eb.or([
          eb('agents.id', '=', eb.ref('hosts.compute_agent_id')),
          eb('agents.id', '=', eb.ref('hosts.network_agent_id')),
        ]),
      ),
    )
    .leftJoin('enrolled_agents', 'enrolled_agents.agent_id', 'agents.id')
    .select(['agents.id', 'agents.kind', 'hosts.name'])
    .where('enrolled_agents.agent_id', 'is', null)
    .execute();
  return rows.flatMap(({ id, kind, name }) => (kind === 'conductor' ? [] : [{ agentId: id, kind, hostName: name }]));
}

/**
 * Nobody joins, is revoked, or gets another key until the transaction ends. Announcements share the lock, so they do not wait for each other.
 * It is the first lock of its transaction.
 */
export async function shareEnrolmentLock(tx: CellTx): Promise<void> {
  await tx.selectFrom('cell_identity').select('id').modifyEnd(sql`LOCK IN SHARE MODE`).execute();
}

/** For whoever changes the keys of agents: one at a time in a cell, and no agent announces itself meanwhile. The first lock of its transaction. */
export async function takeEnrolmentLock(tx: CellTx): Promise<void> {
  await tx.selectFrom('cell_identity').select('id').forUpdate().execute();
}
