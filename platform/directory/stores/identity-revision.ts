import type { Reader } from '../../database/database.ts';
import type { DirectoryTx } from '../directory.ts';
import type { DirectoryTables } from '../tables.ts';

/** To be written with every change to users, projects, roles, their assignments or revocations: remembered tokens are void then. */
export async function touchIdentity(tx: DirectoryTx): Promise<void> {
  await tx
    .updateTable('identity_revision')
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .where('id', '=', 1)
    .execute();
}

export async function identityRevision(read: Reader<DirectoryTables>): Promise<number> {
  const row = await read.selectFrom('identity_revision').select('revision').where('id', '=', 1).executeTakeFirst();
  return Number(row?.revision ?? 0);
}
