import { type RawBuilder, sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { sqlTime } from '../../database/json-column.ts';
import { json, moment, recordTable } from '../../database/record-table.ts';
import { updateRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { AddressGroupsTable } from '../schema/address-groups.ts';
import type { DirectoryTables } from '../tables.ts';
import { EVERYTHING, type Listing, listRecords } from './listing.ts';
import type { NetworkViewer } from './networks.ts';
import { deletePoliciesOf, EVERY_PROJECT, sharedIds } from './rbac-policies.ts';

type Read = Reader<DirectoryTables>;

/** See schema/address-groups.ts for what the members mean. */
export interface AddressGroupRecord {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  readonly addresses: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly revision: number;
}

const ADDRESS_GROUPS = recordTable<AddressGroupRecord, AddressGroupsTable>('address_groups')({
  id: 'id',
  projectId: 'project_id',
  name: 'name',
  description: 'description',
  addresses: json('addresses'),
  createdAt: moment('created_at'),
  updatedAt: moment('updated_at'),
  revision: 'revision',
});

const visible = (viewer: NetworkViewer): RawBuilder<unknown>[] =>
  viewer.isAdmin
    ? []
    : [sql`(project_id = ${viewer.projectId} OR id IN ${sharedIds('address_group', viewer.projectId, EVERY_PROJECT)})`];

export const listAddressGroups = (
  read: Read,
  viewer: NetworkViewer,
  listing: Listing<keyof AddressGroupRecord> = EVERYTHING,
): Promise<readonly AddressGroupRecord[]> => listRecords(read, ADDRESS_GROUPS, listing, visible(viewer));

/** @throws VolvoxError not-found also when the viewer may not know of it. */
export async function getAddressGroup(read: Read, viewer: NetworkViewer, id: string): Promise<AddressGroupRecord> {
  const [group] = await listAddressGroups(read, viewer, { ...EVERYTHING, filters: [{ member: 'id', anyOf: [id] }] });
  if (group !== undefined) return group;
  throw new VolvoxError('not-found', `Address group ${id} could not be found.`, {
    details: { type: 'AddressGroupNotFound' },
  });
}

/** The group as it is under its lock, which ends with the transaction. @throws VolvoxError not-found also when the viewer may not know of it. */
export async function lockAddressGroup(
  tx: DirectoryTx,
  viewer: NetworkViewer,
  id: string,
): Promise<AddressGroupRecord> {
  await getAddressGroup(tx, viewer, id);
  await tx.selectFrom('address_groups').select('id').where('id', '=', id).forUpdate().execute();
  return getAddressGroup(tx, viewer, id);
}

/** The addresses of these groups, by the id of the group. */
export async function addressesOf(read: Read, ids: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  if (ids.length === 0) return new Map();
  const filters = [{ member: 'id', anyOf: [...new Set(ids)] }] as const;
  const groups = await listRecords(read, ADDRESS_GROUPS, { ...EVERYTHING, filters });
  return new Map(groups.map(({ id, addresses }) => [id, addresses]));
}

export async function insertAddressGroup(tx: DirectoryTx, group: AddressGroupRecord): Promise<void> {
  await tx.insertInto('address_groups').values(ADDRESS_GROUPS.toRow(group)).execute();
}

/**
 * Changes a group that the transaction has locked, under a new revision. Security groups with a rule that names it get a new revision too
 * when its addresses change, and are told to hosts.
 */
export async function changeAddressGroup(
  tx: DirectoryTx,
  locked: AddressGroupRecord,
  changes: Partial<Pick<AddressGroupRecord, 'name' | 'description' | 'addresses'>>,
  now: string,
): Promise<AddressGroupRecord> {
  const changed = { ...locked, ...changes, updatedAt: now, revision: locked.revision + 1 };
  const { id, ...rest } = changed;
  await updateRows(tx, 'address_groups', { id }, ADDRESS_GROUPS.toColumns(rest));
  if (changes.addresses !== undefined) await announceGroupsWith(tx, id, now);
  return changed;
}

async function announceGroupsWith(tx: DirectoryTx, id: string, now: string): Promise<void> {
  const rules = await tx
    .selectFrom('security_group_rules')
    .select('group_id')
    .distinct()
    .where('remote_address_group_id', '=', id)
    .execute();
  const ids = rules.map((rule) => rule.group_id).sort();
  if (ids.length === 0) return;
  await tx
    .updateTable('security_groups')
    .set((eb) => ({ updated_at: sqlTime(now), announced: 0, revision: eb('revision', '+', 1) }))
    .where('id', 'in', ids)
    .execute();
}

/** Deletes a group that the transaction has locked. @throws VolvoxError conflict while a rule names it. */
export async function deleteAddressGroup(tx: DirectoryTx, { id }: AddressGroupRecord): Promise<void> {
  const rule = await tx
    .selectFrom('security_group_rules')
    .select('id')
    .where('remote_address_group_id', '=', id)
    .limit(1)
    .executeTakeFirst();
  if (rule !== undefined) {
    throw new VolvoxError('conflict', `Address group ${id} is in use on one or more security group rules`, {
      details: { type: 'AddressGroupInUse' },
    });
  }
  await tx.deleteFrom('address_groups').where('id', '=', id).execute();
  await deletePoliciesOf(tx, 'address_group', id);
}

/** Keeps a group from being deleted or changed before the transaction ends. @throws VolvoxError not-found also when the viewer may not know of it. */
export async function keepAddressGroup(tx: DirectoryTx, viewer: NetworkViewer, id: string): Promise<void> {
  await tx.selectFrom('address_groups').select('id').where('id', '=', id).modifyEnd(sql`lock in share mode`).execute();
  await getAddressGroup(tx, viewer, id);
}
