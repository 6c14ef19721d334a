import type { Reader } from '../../database/database.ts';
import { flag, json, moment, recordTable } from '../../database/record-table.ts';
import { conflictWhenTaken } from '../../database/taken-key.ts';
import { updateRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { UsersTable } from '../schema/identity.ts';
import type { DirectoryTables } from '../tables.ts';
import { touchIdentity } from './identity-revision.ts';
import { EVERYTHING, type Listing, listRecords } from './listing.ts';

type Read = Reader<DirectoryTables>;

/** See schema/identity.ts for what the members mean. */
export interface UserRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly email: string | null;
  readonly enabled: boolean;
  readonly passwordHash: string | null;
  readonly defaultProjectId: string | null;
  readonly tokensNotBefore: number;
  readonly createdAt: string;
  readonly extra: Readonly<Record<string, unknown>>;
}

const USERS = recordTable<UserRecord, UsersTable>('users')({
  id: 'id',
  name: 'name',
  description: 'description',
  email: 'email',
  enabled: flag('enabled'),
  passwordHash: 'password_hash',
  defaultProjectId: 'default_project_id',
  tokensNotBefore: 'tokens_not_before',
  createdAt: moment('created_at'),
  extra: json('extra'),
});

/** A page, as the listing says. */
export const pageOfUsers = (read: Read, listing: Listing<keyof UserRecord>): Promise<readonly UserRecord[]> =>
  listRecords(read, USERS, listing);

export const listUsers = (
  read: Read,
  filters: Listing<keyof UserRecord>['filters'] = [],
): Promise<readonly UserRecord[]> =>
  listRecords(read, USERS, { ...EVERYTHING, filters, sort: [{ member: 'name', descending: false }] });

/** By id, or by name in the one domain there is. */
export async function findUser(
  read: Read,
  by: { readonly id: string } | { readonly name: string },
): Promise<UserRecord | null> {
  const [column, value] = 'id' in by ? (['id', by.id] as const) : (['name', by.name] as const);
  const row = await read.selectFrom('users').selectAll().where(column, '=', value).executeTakeFirst();
  return row === undefined ? null : USERS.fromRow(row);
}

/** @throws VolvoxError not-found */
export async function getUser(read: Read, id: string): Promise<UserRecord> {
  const row = await findUser(read, { id });
  if (row === null) throw new VolvoxError('not-found', `Could not find user: ${id}.`);
  return row;
}

/** @throws VolvoxError conflict when the name is taken. */
export async function insertUser(tx: DirectoryTx, user: UserRecord): Promise<void> {
  await tx.insertInto('users').values(USERS.toRow(user)).execute().catch(nameTaken(user.name));
}

/** @throws VolvoxError not-found, conflict */
export async function updateUser(tx: DirectoryTx, id: string, changes: Partial<Omit<UserRecord, 'id'>>): Promise<void> {
  await getUser(tx, id);
  if (Object.keys(changes).length === 0) return;
  await updateRows(tx, 'users', { id }, USERS.toColumns(changes)).catch(nameTaken(changes.name ?? ''));
  await touchIdentity(tx);
}

/** With its role assignments and credentials. */
export async function deleteUser(tx: DirectoryTx, id: string): Promise<void> {
  await getUser(tx, id);
  await tx.deleteFrom('role_assignments').where('user_id', '=', id).execute();
  await tx.deleteFrom('application_credentials').where('user_id', '=', id).execute();
  await tx.deleteFrom('token_cutoffs').where('user_id', '=', id).execute();
  await tx.deleteFrom('users').where('id', '=', id).execute();
  await touchIdentity(tx);
}

const nameTaken = (name: string) =>
  conflictWhenTaken(
    'users_name',
    `Conflict occurred attempting to store user - Duplicate entry found with name ${name} at domain ID default.`,
  );
