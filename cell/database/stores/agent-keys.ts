import type { Selectable } from 'kysely';
import { fromJson, toJson } from '#platform/database/json-column.ts';
import type { CellReader, CellTx, CellWriter } from '../cell-database.ts';
import type { AgentKeysTable } from '../schema/agent-keys.ts';

export interface AgentKey {
  readonly agentId: string;
  readonly keyHash: string;
  readonly kind: 'compute' | 'network';
  /** Names of hosts; one that ends in `*` stands for all that begin like it. */
  readonly hosts: readonly string[];
  readonly createdAt: number;
  readonly usedAt: number | null;
}

const COLUMNS = ['agent_id', 'key_hash', 'kind', 'hosts', 'created_at', 'used_at'] as const;

export async function allAgentKeys(read: CellReader): Promise<readonly AgentKey[]> {
  return (await read.selectFrom('agent_keys').select(COLUMNS).execute()).map(toAgentKey);
}

/** How long calls that are on their way with the key before may still arrive after the first use of a key, ms. */
const ON_THEIR_WAY_MS = 5_000;

/**
 * Whether a key of an agent has ended, because a later one of these keys of it is in use. A use in the future (the clock went back) does not
 * keep an earlier key alive.
 */
export const isEnded = (key: AgentKey, keys: readonly AgentKey[], now: number): boolean =>
  keys.some(
    ({ keyHash, createdAt, usedAt }) =>
      keyHash !== key.keyHash &&
      createdAt >= key.createdAt &&
      usedAt !== null &&
      Math.abs(now - usedAt) > ON_THEIR_WAY_MS,
  );

/** The moment that a new key gets: now, but later than that of every other key, so that their order does not depend on the clock. */
export async function nextKeyMoment(tx: CellTx, now: number): Promise<number> {
  const row = await tx
    .selectFrom('agent_keys')
    .select((eb) => eb.fn.max<number | null>('created_at').as('newest'))
    .executeTakeFirst();
  return Math.max(now, Number(row?.newest ?? 0) + 1);
}

/** Adds a key. When the agent has it, only its hosts change. */
export async function addAgentKey(tx: CellTx, key: Omit<AgentKey, 'usedAt'>): Promise<void> {
  await tx
    .insertInto('agent_keys')
    .values({
      agent_id: key.agentId,
      key_hash: key.keyHash,
      kind: key.kind,
      hosts: toJson(key.hosts),
      created_at: key.createdAt,
      used_at: null,
    })
    .onDuplicateKeyUpdate({ hosts: toJson(key.hosts) })
    .execute();
}

/**
 * Writes the first use of a key, by which the earlier keys of its agent end (`isEnded`). The keys of agents of its kind that had the very
 * hosts end at once: their host was set up anew.
 */
export async function markKeyUsed(tx: CellTx, key: AgentKey, now: number): Promise<void> {
  await tx
    .updateTable('agent_keys')
    .set({ used_at: now })
    .where('agent_id', '=', key.agentId)
    .where('key_hash', '=', key.keyHash)
    .where('used_at', 'is', null)
    .execute();
  if (key.hosts.some((host) => host.endsWith('*'))) return;
  await tx
    .deleteFrom('agent_keys')
    .where('agent_id', '!=', key.agentId)
    .where('kind', '=', key.kind)
    .where('hosts', '=', toJson(key.hosts))
    .where('created_at', '<=', key.createdAt)
    .execute();
}

/** Deletes these keys of an agent. */
export async function removeKeys(tx: CellTx, agentId: string, keyHashes: readonly string[]): Promise<void> {
  if (keyHashes.length === 0) return;
  await tx.deleteFrom('agent_keys').where('agent_id', '=', agentId).where('key_hash', 'in', keyHashes).execute();
}

/** Deletes all keys of these agents. */
export async function removeAgentKeys(tx: CellTx, agentIds: readonly string[]): Promise<void> {
  if (agentIds.length > 0) await tx.deleteFrom('agent_keys').where('agent_id', 'in', agentIds).execute();
}

/** The names of the hosts that this agent drives now. */
export async function hostsOfAgent(read: CellReader, agentId: string): Promise<readonly string[]> {
  const rows = await read
    .selectFrom('hosts')
    .select('name')
    .where((eb) => eb.or([eb('compute_agent_id', '=', agentId), eb('network_agent_id', '=', agentId)]))
    .execute();
  return rows.map(({ name }) => name);
}

/** Marks agents down at once. They are up again when they announce themselves, which takes a valid key. */
export async function markAgentsDown(write: CellWriter, agentIds: readonly string[]): Promise<void> {
  if (agentIds.length > 0) await write.updateTable('agents').set({ up: 0 }).where('id', 'in', agentIds).execute();
}

export const toAgentKey = (row: Selectable<AgentKeysTable>): AgentKey => ({
  agentId: row.agent_id,
  keyHash: row.key_hash,
  kind: row.kind,
  hosts: fromJson<readonly string[]>(row.hosts),
  createdAt: row.created_at,
  usedAt: row.used_at,
});
