import type { Selectable } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { isDuplicate } from '../../database/sql-errors.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { ApplicationCredentialsTable } from '../schema/identity.ts';
import type { DirectoryTables } from '../tables.ts';
import { touchIdentity } from './identity-revision.ts';

type Read = Reader<DirectoryTables>;
export type ApplicationCredentialRow = Selectable<ApplicationCredentialsTable>;

export const listApplicationCredentials = (read: Read, userId: string): Promise<ApplicationCredentialRow[]> =>
  read.selectFrom('application_credentials').selectAll().where('user_id', '=', userId).orderBy('name').execute();

export async function findApplicationCredential(
  read: Read,
  by: { readonly id: string } | { readonly userId: string; readonly name: string },
): Promise<ApplicationCredentialRow | null> {
  const query = read.selectFrom('application_credentials').selectAll();
  const narrowed =
    'id' in by ? query.where('id', '=', by.id) : query.where('user_id', '=', by.userId).where('name', '=', by.name);
  return (await narrowed.executeTakeFirst()) ?? null;
}

/** @throws VolvoxError conflict when the user has one of this name. */
export async function insertApplicationCredential(tx: DirectoryTx, row: ApplicationCredentialRow): Promise<void> {
  try {
    await tx.insertInto('application_credentials').values(row).execute();
  } catch (error) {
    if (!isDuplicate(error, 'application_credentials_name')) throw error;
    throw new VolvoxError(
      'conflict',
      `Conflict occurred attempting to store application_credential - Duplicate entry found with name ${row.name}.`,
    );
  }
}

/** Tokens that were got with it are void from now on. */
export async function deleteApplicationCredential(tx: DirectoryTx, id: string): Promise<void> {
  await tx.deleteFrom('application_credentials').where('id', '=', id).execute();
  await touchIdentity(tx);
}
