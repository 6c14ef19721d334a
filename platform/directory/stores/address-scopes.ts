import { sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { flag, recordTable } from '../../database/record-table.ts';
import { updateRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { AddressScopesTable } from '../schema/address-scopes.ts';
import type { DirectoryTables } from '../tables.ts';
import { EVERYTHING, type Listing, listRecords } from './listing.ts';
import type { NetworkViewer } from './networks.ts';
import { deletePoliciesOf, EVERY_PROJECT, sharedIds, shareWithEveryProject, unshare } from './rbac-policies.ts';

type Read = Reader<DirectoryTables>;

/** See schema/address-scopes.ts for what the members mean. */
export interface AddressScopeRecord {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly ipVersion: 4 | 6;
  readonly shared: boolean;
  readonly revision: number;
}

const SCOPES = recordTable<AddressScopeRecord, AddressScopesTable>('address_scopes')({
  id: 'id',
  projectId: 'project_id',
  name: 'name',
  ipVersion: 'ip_version',
  shared: flag('shared'),
  revision: 'revision',
});

/** An admin sees all scopes; others their project's and those that are shared with it. */
export const listAddressScopes = (
  read: Read,
  { projectId, isAdmin }: NetworkViewer,
  listing: Listing<keyof AddressScopeRecord> = EVERYTHING,
): Promise<readonly AddressScopeRecord[]> =>
  listRecords(
    read,
    SCOPES,
    listing,
    isAdmin ? [] : [sql`(project_id = ${projectId} OR shared = 1 OR id IN ${sharedIds('address_scope', projectId)})`],
  );

/** @throws VolvoxError not-found also when the viewer may not know of it. */
export async function getAddressScope(read: Read, viewer: NetworkViewer, id: string): Promise<AddressScopeRecord> {
  const filters = [{ member: 'id', anyOf: [id] }] as const;
  const [scope] = await listAddressScopes(read, viewer, { ...EVERYTHING, filters });
  if (scope !== undefined) return scope;
  throw new VolvoxError('not-found', `Address scope ${id} could not be found.`, {
    details: { type: 'AddressScopeNotFound' },
  });
}

/** The scope as it is under its lock, which ends with the transaction: no pool enters it. @throws VolvoxError not-found also when the viewer may not know of it. */
export async function lockAddressScope(
  tx: DirectoryTx,
  viewer: NetworkViewer,
  id: string,
): Promise<AddressScopeRecord> {
  await getAddressScope(tx, viewer, id);
  await tx.selectFrom('address_scopes').select('id').where('id', '=', id).forUpdate().execute();
  return getAddressScope(tx, viewer, id);
}

const sharing = (objectId: string) => ({ objectType: 'address_scope', objectId, action: 'access_as_shared' }) as const;

export async function insertAddressScope(tx: DirectoryTx, scope: AddressScopeRecord): Promise<void> {
  await tx.insertInto('address_scopes').values(SCOPES.toRow(scope)).execute();
  if (scope.shared) await shareWithEveryProject(tx, scope.projectId, sharing(scope.id));
}

/** Changes a scope that the transaction has locked, under a new revision; `shared` is a policy for every project as well. */
export async function changeAddressScope(
  tx: DirectoryTx,
  locked: AddressScopeRecord,
  changes: Partial<Pick<AddressScopeRecord, 'name' | 'shared'>>,
): Promise<AddressScopeRecord> {
  const changed = { ...locked, ...changes, revision: locked.revision + 1 };
  const { id, ...rest } = changed;
  await updateRows(tx, 'address_scopes', { id }, SCOPES.toColumns(rest));
  if (changed.shared && !locked.shared) await shareWithEveryProject(tx, locked.projectId, sharing(id));
  if (locked.shared && !changed.shared) await unshare(tx, sharing(id), EVERY_PROJECT);
  return changed;
}

/** Deletes a scope that the transaction has locked. @throws VolvoxError conflict while a pool is in it. */
export async function deleteAddressScope(tx: DirectoryTx, { id }: AddressScopeRecord): Promise<void> {
  if ((await poolsOfScope(tx, id)).length > 0) {
    throw new VolvoxError(
      'conflict',
      `Unable to complete operation on address scope ${id}. There are one or more subnet pools in use on the address scope`,
      { details: { type: 'AddressScopeInUse' } },
    );
  }
  await tx.deleteFrom('address_scopes').where('id', '=', id).execute();
  await deletePoliciesOf(tx, 'address_scope', id);
}

/** The pools in a scope, with their ranges. */
export async function poolsOfScope(
  read: Read,
  id: string,
): Promise<readonly { readonly id: string; readonly prefixes: readonly string[] }[]> {
  const rows = await read
    .selectFrom('subnet_pools')
    .select(['id', 'prefixes'])
    .where('address_scope_id', '=', id)
    .execute();
  return rows.map((row) => ({ id: row.id, prefixes: JSON.parse(row.prefixes) as string[] }));
}

/** The scopes of these pools, by the id of the pool. */
export async function scopesOfPools(read: Read, poolIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
  if (poolIds.length === 0) return new Map();
  const rows = await read
    .selectFrom('subnet_pools')
    .select(['id', 'address_scope_id'])
    .where('id', 'in', [...new Set(poolIds)])
    .where('address_scope_id', 'is not', null)
    .execute();
  return new Map(rows.map((row) => [row.id, row.address_scope_id ?? '']));
}
