import type { Reader } from '../../database/database.ts';
import type { DirectoryTx } from '../directory.ts';
import type { DirectoryTables } from '../tables.ts';
import { touchIdentity } from './identity-revision.ts';

/** Revocations stay so much longer than their tokens, ms: a clock that was ahead must not revive a token when it goes back. */
const KEPT_MS = 24 * 3_600_000;

/** Voids every token that carries the audit id, and forgets revocations whose tokens have expired anyway. */
export async function revokeAuditId(tx: DirectoryTx, auditId: string, expiresAt: number, now: number): Promise<void> {
  await tx
    .deleteFrom('token_revocations')
    .where('expires_at', '<', now - KEPT_MS)
    .limit(1_000)
    .execute();
  await tx.insertInto('token_revocations').ignore().values({ audit_id: auditId, expires_at: expiresAt }).execute();
  await touchIdentity(tx);
}

export async function isRevoked(read: Reader<DirectoryTables>, auditIds: readonly string[]): Promise<boolean> {
  if (auditIds.length === 0) return false;
  const row = await read
    .selectFrom('token_revocations')
    .select('audit_id')
    .where('audit_id', 'in', [...auditIds])
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
