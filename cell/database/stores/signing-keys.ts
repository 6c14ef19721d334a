import { randomUUID } from 'node:crypto';
import type { SigningKeyPair } from '#platform/rpc/signing.ts';
import type { CellDatabase, CellReader, CellTx } from '../cell-database.ts';

export interface SigningKey extends SigningKeyPair {
  readonly id: string;
  readonly createdAt: number;
}

/** How many keys of a cell are valid at once: the newest, and the one before it. */
const MAX_KEYS = 2;

/** The newest first. */
async function signingKeys(read: CellReader): Promise<readonly SigningKey[]> {
  const rows = await read
    .selectFrom('signing_keys')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id')
    .limit(MAX_KEYS)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    privateKey: row.private_key,
    publicKey: row.public_key,
    createdAt: row.created_at,
  }));
}

/** Adds the newest key, and deletes those that are not valid any more. */
export async function addSigningKey(tx: CellTx, pair: SigningKeyPair, now: number): Promise<void> {
  await tx
    .insertInto('signing_keys')
    .values({ id: randomUUID(), private_key: pair.privateKey, public_key: pair.publicKey, created_at: now })
    .execute();
  const valid = await signingKeys(tx);
  await tx
    .deleteFrom('signing_keys')
    .where(
      'id',
      'not in',
      valid.map(({ id }) => id),
    )
    .execute();
}

/** The keys of the cell; the first call makes one. */
export async function ensureSigningKeys(
  database: CellDatabase,
  make: () => SigningKeyPair,
  now: number,
): Promise<readonly SigningKey[]> {
  const known = await signingKeys(database.read);
  if (known.length > 0) return known;
  await database.transaction((tx) => addSigningKey(tx, make(), now));
  return signingKeys(database.read);
}
