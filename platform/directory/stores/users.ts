import type { Selectable } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { conflictWhenTaken } from '../../database/taken-key.ts';
import { updateRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { UsersTable } from '../schema/identity.ts';
import type { DirectoryTables } from '../tables.ts';
import { touchIdentity } from './identity-revision.ts';
import { EVERYTHING, type Listing, listRows } from './listing.ts';

type Read = Reader<DirectoryTables>;
export type UserRow = Selectable<UsersTable>;

/** A page, as the listing says. */
export const pageOfUsers = (read: Read, listing: Listing): Promise<readonly UserRow[]> =>
  listRows<UserRow>(read, 'users', listing);

export const listUsers = (read: Read, filters: Listing['filters'] = []): Promise<readonly UserRow[]> =>
  listRows<UserRow>(read, 'users', { ...EVERYTHING, filters, sort: [{ column: 'name', descending: false }] });

/** By id, or by name in the one domain there is. */
export async function findUser(
  read: Read,
  by: { readonly id: string } | { readonly name: string },
): Promise<UserRow | null> {
  const [column, value] = 'id' in by ? (['id', by.id] as const) : (['name', by.name] as const);
  const row = await read.selectFrom('users').selectAll().where(column, '=', value).executeTakeFirst();
  return row ?? null;
}

/** @throws VolvoxError not-found */
export async function getUser(read: Read, id: string): Promise<UserRow> {
  const row = await findUser(read, { id });
  if (row === null) throw new VolvoxError('not-found', `Could not find user: ${id}.`);
  return row;
}

/** @throws VolvoxError conflict when the name is taken. */
export async function insertUser(tx: DirectoryTx, row: UserRow): Promise<void> {
  await tx.insertInto('users').values(row).execute().catch(nameTaken(row.name));
}

/** @throws VolvoxError not-found, conflict */
export async function updateUser(tx: DirectoryTx, id: string, changes: Partial<Omit<UserRow, 'id'>>): Promise<void> {
  await getUser(tx, id);
  if (Object.keys(changes).length === 0) return;
  await updateRows(tx, 'users', { id }, changes).catch(nameTaken(changes.name ?? ''));
  await touchIdentity(tx);
}

/** With its role assignments and credentials. */
export async function deleteUser(tx: DirectoryTx, id: string): Promise<void> {
  await getUser(tx, id);
  await tx.deleteFrom('role_assignments').where('user_id', '=', id).execute();
  await tx.deleteFrom('application_credentials').where('user_id', '=', id).execute();
  await tx.deleteFrom('users').where('id', '=', id).execute();
  await touchIdentity(tx);
}

const nameTaken = (name: string) =>
  conflictWhenTaken(
    'users_name',
    `Conflict occurred attempting to store user - Duplicate entry found with name ${name} at domain ID default.`,
  );
