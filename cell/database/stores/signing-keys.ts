import { randomUUID } from 'node:crypto';
import type { SigningKeyPair } from '#platform/rpc/signing.ts';
import type { CellReader, CellTx } from '../cell-database.ts';

export interface SigningKey extends SigningKeyPair {
  readonly id: string;
  /** ms since the epoch. */
  readonly createdAt: number;
}

/** The newest first. */
export async function signingKeys(read: CellReader): Promise<readonly SigningKey[]> {
  const rows = await read.selectFrom('signing_keys').selectAll().orderBy('created_at', 'desc').orderBy('id').execute();
  return rows.map((row) => ({
    id: row.id,
    privateKey: row.private_key,
    publicKey: row.public_key,
    createdAt: row.created_at,
  }));
}

export async function addSigningKey(tx: CellTx, pair: SigningKeyPair, now: number): Promise<void> {
  await tx
    .insertInto('signing_keys')
    .values({ id: randomUUID(), private_key: pair.privateKey, public_key: pair.publicKey, created_at: now })
    .execute();
}

export async function removeSigningKeys(tx: CellTx, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.deleteFrom('signing_keys').where('id', 'in', ids).execute();
}
