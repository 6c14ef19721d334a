import type { Reader } from '../../database/database.ts';
import type { Directory } from '../directory.ts';
import type { DirectoryTables } from '../tables.ts';

/** The auditors have gone round, so what they do not show is in order. */
export async function noteAuditRound({ write }: Directory, now: number): Promise<void> {
  await write
    .insertInto('audit_rounds')
    .values({ id: 1, ended_at: now })
    .onDuplicateKeyUpdate({ ended_at: now })
    .execute();
}

/** When they last did, ms since the epoch; null: never. */
export async function lastAuditRound(read: Reader<DirectoryTables>): Promise<number | null> {
  const row = await read.selectFrom('audit_rounds').select('ended_at').executeTakeFirst();
  return row === undefined ? null : Number(row.ended_at);
}
