import type { Reader } from '../../database/database.ts';
import { flag, json, moment, momentOrNull, recordTable } from '../../database/record-table.ts';
import { isDuplicate } from '../../database/sql-errors.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { ApplicationCredentialsTable } from '../schema/identity.ts';
import type { DirectoryTables } from '../tables.ts';
import { touchIdentity } from './identity-revision.ts';

type Read = Reader<DirectoryTables>;

export interface ApplicationCredentialRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly userId: string;
  readonly projectId: string;
  readonly secretHash: string;
  readonly roleIds: readonly string[];
  readonly unrestricted: boolean;
  /** ISO 8601; null: never. */
  readonly expiresAt: string | null;
  readonly createdAt: string;
}

const CREDENTIALS = recordTable<ApplicationCredentialRecord, ApplicationCredentialsTable>('application_credentials')({
  id: 'id',
  name: 'name',
  description: 'description',
  userId: 'user_id',
  projectId: 'project_id',
  secretHash: 'secret_hash',
  roleIds: json('role_ids'),
  unrestricted: flag('unrestricted'),
  expiresAt: momentOrNull('expires_at'),
  createdAt: moment('created_at'),
});

export async function listApplicationCredentials(
  read: Read,
  userId: string,
): Promise<readonly ApplicationCredentialRecord[]> {
  const query = read.selectFrom('application_credentials').selectAll().where('user_id', '=', userId).orderBy('name');
  return (await query.execute()).map(CREDENTIALS.fromRow);
}

export async function findApplicationCredential(
  read: Read,
  by: { readonly id: string } | { readonly userId: string; readonly name: string },
): Promise<ApplicationCredentialRecord | null> {
  const query = read.selectFrom('application_credentials').selectAll();
  const narrowed =
    'id' in by ? query.where('id', '=', by.id) : query.where('user_id', '=', by.userId).where('name', '=', by.name);
  const row = await narrowed.executeTakeFirst();
  return row === undefined ? null : CREDENTIALS.fromRow(row);
}

/** @throws VolvoxError conflict when the user has one of this name. */
export async function insertApplicationCredential(
  tx: DirectoryTx,
  credential: ApplicationCredentialRecord,
): Promise<void> {
  try {
    await tx.insertInto('application_credentials').values(CREDENTIALS.toRow(credential)).execute();
  } catch (error) {
    if (!isDuplicate(error, 'application_credentials_name')) throw error;
    throw new VolvoxError(
      'conflict',
      `Conflict occurred attempting to store application_credential - Duplicate entry found with name ${credential.name}.`,
    );
  }
}

/** Tokens that were got with it are void from now on. */
export async function deleteApplicationCredential(tx: DirectoryTx, id: string): Promise<void> {
  await tx.deleteFrom('application_credentials').where('id', '=', id).execute();
  await touchIdentity(tx);
}
