import { createHash } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { isoTime, sqlTime } from '../../database/json-column.ts';
import { isDuplicate } from '../../database/sql-errors.ts';
import { deleteRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { KeyPairsTable } from '../schema/key-pairs.ts';
import type { DirectoryTables } from '../tables.ts';

interface KeyPair {
  readonly userId: string;
  readonly name: string;
  readonly type: 'ssh' | 'x509';
  /** ssh: MD5, x509: SHA-1; of the decoded key, in pairs joined by colons. */
  readonly fingerprint: string;
  readonly publicKey: string;
}
export interface KeyPairRecord extends KeyPair {
  readonly id: number;
  readonly createdAt: string;
}

type Read = Reader<DirectoryTables>;

const keyPairOf = (row: Selectable<KeyPairsTable>): KeyPairRecord => ({
  id: row.id,
  userId: row.user_id,
  name: row.name,
  type: row.type === 'x509' ? 'x509' : 'ssh',
  fingerprint: row.fingerprint,
  publicKey: row.public_key,
  createdAt: isoTime(row.created_at),
});

/** @throws VolvoxError not-found */
export async function getKeyPair(read: Read, userId: string, name: string): Promise<KeyPairRecord> {
  const row = await read
    .selectFrom('key_pairs')
    .selectAll()
    .where('user_id', '=', userId)
    .where('name', '=', name)
    .executeTakeFirst();
  if (row === undefined) throw new VolvoxError('not-found', `Keypair ${name} not found for user ${userId}`);
  return keyPairOf(row);
}

/** By name. `after`: the names that come after it; null: from the beginning. */
export async function listKeyPairs(
  read: Read,
  userId: string,
  page: { readonly limit: number; readonly after: string | null },
): Promise<KeyPairRecord[]> {
  let query = read.selectFrom('key_pairs').selectAll().where('user_id', '=', userId).orderBy('name').limit(page.limit);
  if (page.after !== null) query = query.where('name', '>', page.after);
  return (await query.execute()).map(keyPairOf);
}

/**
 * `limit`: how many key pairs the user may have, this one included; -1: any number. It is exact under parallel requests.
 * @throws VolvoxError conflict when the user has one of that name; quota-exceeded.
 */
export async function createKeyPair(
  tx: DirectoryTx,
  keyPair: KeyPair,
  limit: number,
  now: string,
): Promise<KeyPairRecord> {
  if (limit >= 0) await checkLimit(tx, keyPair.userId, limit);
  try {
    const { insertId } = await tx
      .insertInto('key_pairs')
      .values({
        user_id: keyPair.userId,
        name: keyPair.name,
        type: keyPair.type,
        fingerprint: keyPair.fingerprint,
        public_key: keyPair.publicKey,
        created_at: sqlTime(now),
      })
      .executeTakeFirstOrThrow();
    return { ...keyPair, id: Number(insertId), createdAt: now };
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    throw new VolvoxError('conflict', `Key pair '${keyPair.name}' already exists.`, { cause: error });
  }
}

/** @throws VolvoxError not-found */
export async function deleteKeyPair(tx: DirectoryTx, userId: string, name: string): Promise<void> {
  const deleted = await deleteRows(tx, 'key_pairs', { user_id: userId, name });
  if (deleted === 0) throw new VolvoxError('not-found', `Keypair ${name} not found for user ${userId}`);
}

/** Key pairs are counted by user. The user's row of usages is only the lock that lets one request count at a time. */
async function checkLimit(tx: DirectoryTx, userId: string, limit: number): Promise<void> {
  await tx
    .insertInto('quota_usages')
    .values({ project_id: lockName(userId), resource: 'key_pairs', in_use: 0 })
    .onDuplicateKeyUpdate({ in_use: 0 })
    .execute();
  const { count } = await tx
    .selectFrom('key_pairs')
    .select((eb) => eb.fn.countAll().as('count'))
    .where('user_id', '=', userId)
    .executeTakeFirstOrThrow();
  if (Number(count) >= limit)
    throw new VolvoxError(
      'quota-exceeded',
      `Quota exceeded, too many key pairs. You have ${Number(count)} of ${limit}; delete one, or ask an admin for a larger quota of key_pairs.`,
      {
        details: { resource: 'key_pairs', limit, inUse: Number(count), asked: 1 },
      },
    );
}

/** A user id may be longer than the column. */
const lockName = (userId: string): string => `user:${createHash('sha256').update(userId).digest('hex').slice(0, 32)}`;
