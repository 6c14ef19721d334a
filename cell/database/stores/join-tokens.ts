import type { Selectable } from 'kysely';
import { fromJson, toJson } from '#platform/database/json-column.ts';
import type { CellReader, CellTx, CellWriter } from '../cell-database.ts';
import type { JoinTokensTable } from '../schema/agent-keys.ts';
import type { AgentKey } from './agent-keys.ts';

interface JoinToken {
  readonly tokenHash: string;
  readonly hosts: readonly string[];
  readonly expiresAt: number;
  /** Who spent it, by kind. */
  readonly spentBy: Readonly<Record<AgentKey['kind'], string | null>>;
}

/** Adds a token, and deletes those that have expired. Adding it again changes nothing. */
export async function addJoinToken(
  write: CellWriter,
  token: Pick<JoinToken, 'tokenHash' | 'hosts' | 'expiresAt'>,
  now: number,
): Promise<void> {
  await write.deleteFrom('join_tokens').where('expires_at', '<', now).execute();
  await write
    .insertInto('join_tokens')
    .values({
      token_hash: token.tokenHash,
      hosts: toJson(token.hosts),
      expires_at: token.expiresAt,
      compute_agent_id: null,
      network_agent_id: null,
    })
    .onDuplicateKeyUpdate({ token_hash: token.tokenHash })
    .execute();
}

/** Those of these tokens that exist and have not expired, by hash. */
export async function openTokensAmong(
  read: CellReader,
  tokenHashes: readonly string[],
  now: number,
): Promise<ReadonlyMap<string, JoinToken>> {
  const rows = await read
    .selectFrom('join_tokens')
    .selectAll()
    .where('token_hash', 'in', tokenHashes)
    .where('expires_at', '>=', now)
    .execute();
  return new Map(rows.map((row) => [row.token_hash, toToken(row)]));
}

/** Locked until the transaction ends. Null: there is none, or it has expired. */
export async function lockJoinToken(tx: CellTx, tokenHash: string, now: number): Promise<JoinToken | null> {
  const row = await tx
    .selectFrom('join_tokens')
    .selectAll()
    .where('token_hash', '=', tokenHash)
    .where('expires_at', '>=', now)
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? null : toToken(row);
}

export async function spendJoinToken(
  tx: CellTx,
  tokenHash: string,
  kind: AgentKey['kind'],
  agentId: string,
): Promise<void> {
  const column = kind === 'compute' ? 'compute_agent_id' : 'network_agent_id';
  await tx
    .updateTable('join_tokens')
    .set({ [column]: agentId })
    .where('token_hash', '=', tokenHash)
    .execute();
}

export async function openJoinTokens(read: CellReader, now: number): Promise<readonly JoinToken[]> {
  return (await read.selectFrom('join_tokens').selectAll().where('expires_at', '>=', now).execute()).map(toToken);
}

export async function removeJoinTokens(tx: CellTx, tokenHashes: readonly string[]): Promise<void> {
  if (tokenHashes.length > 0) await tx.deleteFrom('join_tokens').where('token_hash', 'in', tokenHashes).execute();
}

const toToken = (row: Selectable<JoinTokensTable>): JoinToken => ({
  tokenHash: row.token_hash,
  hosts: fromJson<readonly string[]>(row.hosts),
  expiresAt: row.expires_at,
  spentBy: { compute: row.compute_agent_id, network: row.network_agent_id },
});
