import { sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { flag, json, moment, recordTable } from '../../database/record-table.ts';
import { isDuplicate } from '../../database/sql-errors.ts';
import { updateRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { QosPoliciesTable } from '../schema/qos.ts';
import type { DirectoryTables } from '../tables.ts';
import { EVERYTHING, type Listing, listRecords } from './listing.ts';
import type { NetworkViewer } from './networks.ts';
import { announceUsersOf, userOf } from './qos-users.ts';
import { deletePoliciesOf, EVERY_PROJECT, sharedIds, shareWithEveryProject, unshare } from './rbac-policies.ts';

type Read = Reader<DirectoryTables>;

/** See schema/qos.ts for what the members mean. */
export interface QosPolicyRecord {
  readonly id: string;
  readonly projectId: string;
  readonly name: string;
  readonly description: string;
  readonly shared: boolean;
  readonly isDefault: boolean;
  readonly tags: readonly string[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly revision: number;
}

const POLICIES = recordTable<QosPolicyRecord, Omit<QosPoliciesTable, 'default_of'>>('qos_policies')({
  id: 'id',
  projectId: 'project_id',
  name: 'name',
  description: 'description',
  shared: flag('shared'),
  isDefault: flag('is_default'),
  tags: json('tags'),
  createdAt: moment('created_at'),
  updatedAt: moment('updated_at'),
  revision: 'revision',
});

/** An admin sees all policies; others their project's and those that are shared with it. */
export const listQosPolicies = (
  read: Read,
  { projectId, isAdmin }: NetworkViewer,
  listing: Listing<keyof QosPolicyRecord> = EVERYTHING,
): Promise<readonly QosPolicyRecord[]> =>
  listRecords(
    read,
    POLICIES,
    listing,
    isAdmin ? [] : [sql`(project_id = ${projectId} OR shared = 1 OR id IN ${sharedIds('qos_policy', projectId)})`],
  );

/** @throws VolvoxError not-found also when the viewer may not know of it. */
export async function getQosPolicy(read: Read, viewer: NetworkViewer, id: string): Promise<QosPolicyRecord> {
  const filters = [{ member: 'id', anyOf: [id] }] as const;
  const [policy] = await listQosPolicies(read, viewer, { ...EVERYTHING, filters });
  if (policy !== undefined) return policy;
  throw new VolvoxError('not-found', `QoS policy ${id} could not be found.`, {
    details: { type: 'QosPolicyNotFound' },
  });
}

/**
 * The policy as it is under its lock, which ends with the transaction: no port or network gets it meanwhile. It is locked before networks and
 * ports. @throws VolvoxError not-found also when the viewer may not know of it.
 */
export async function lockQosPolicy(tx: DirectoryTx, viewer: NetworkViewer, id: string): Promise<QosPolicyRecord> {
  await getQosPolicy(tx, viewer, id);
  await tx.selectFrom('qos_policies').select('id').where('id', '=', id).forUpdate().execute();
  return getQosPolicy(tx, viewer, id);
}

/**
 * Keeps a policy as it is before the transaction ends, for a port or network that is to have it: before these are locked.
 * @throws VolvoxError not-found also when the viewer may not know of it.
 */
export async function keepQosPolicy(tx: DirectoryTx, viewer: NetworkViewer, id: string): Promise<void> {
  await tx.selectFrom('qos_policies').select('id').where('id', '=', id).modifyEnd(sql`lock in share mode`).execute();
  await getQosPolicy(tx, viewer, id);
}

/** The policy of a project's new networks, which stays until the transaction ends; null: none. */
export async function keepDefaultQosPolicy(tx: DirectoryTx, projectId: string): Promise<string | null> {
  const row = await tx
    .selectFrom('qos_policies')
    .select('id')
    .where('default_of', '=', projectId)
    .modifyEnd(sql`lock in share mode`)
    .executeTakeFirst();
  return row?.id ?? null;
}

const sharing = (objectId: string) => ({ objectType: 'qos_policy', objectId, action: 'access_as_shared' }) as const;

/** @throws VolvoxError conflict when the project has another default policy. */
export async function insertQosPolicy(tx: DirectoryTx, policy: QosPolicyRecord): Promise<void> {
  const row = { ...POLICIES.toRow(policy), default_of: policy.isDefault ? policy.projectId : null };
  await tx.insertInto('qos_policies').values(row).execute().catch(refuseSecondDefault(policy));
  if (policy.shared) await shareWithEveryProject(tx, policy.projectId, sharing(policy.id));
}

/**
 * Changes a policy that the transaction has locked, under a new revision; `shared` is a policy for every project as well.
 * @throws VolvoxError conflict when the project has another default policy.
 */
export async function changeQosPolicy(
  tx: DirectoryTx,
  locked: QosPolicyRecord,
  changes: Partial<Pick<QosPolicyRecord, 'name' | 'description' | 'shared' | 'isDefault' | 'tags' | 'updatedAt'>>,
): Promise<QosPolicyRecord> {
  const changed = { ...locked, ...changes, revision: locked.revision + 1 };
  const { id, ...rest } = changed;
  const columns = { ...POLICIES.toColumns(rest), default_of: changed.isDefault ? changed.projectId : null };
  await updateRows(tx, 'qos_policies', { id }, columns).catch(refuseSecondDefault(changed));
  if (changed.shared && !locked.shared) await shareWithEveryProject(tx, locked.projectId, sharing(id));
  if (locked.shared && !changed.shared) await unshare(tx, sharing(id), EVERY_PROJECT);
  return changed;
}

const refuseSecondDefault =
  ({ projectId }: QosPolicyRecord) =>
  (error: unknown): never => {
    if (!isDuplicate(error, 'qos_policies_default')) throw error;
    throw new VolvoxError('conflict', `A default QoS policy exists for project ${projectId}.`, {
      details: { type: 'QoSPolicyDefaultAlreadyExists' },
    });
  };

/** The rules of a locked policy have changed: it has a new revision, and hosts hear of it. */
export async function noteChangedRules(tx: DirectoryTx, locked: QosPolicyRecord, now: string): Promise<void> {
  await changeQosPolicy(tx, locked, { updatedAt: now });
  await announceUsersOf(tx, locked.id, now);
}

/** Deletes a policy that the transaction has locked, with its rules. @throws VolvoxError conflict while a port or network has it. */
export async function deleteQosPolicy(tx: DirectoryTx, { id }: QosPolicyRecord): Promise<void> {
  const user = await userOf(tx, id);
  if (user !== null) {
    throw new VolvoxError('conflict', `QoS Policy ${id} is used by ${user.what} ${user.id}.`, {
      details: { type: 'QosPolicyInUse' },
    });
  }
  await tx.deleteFrom('qos_rules').where('policy_id', '=', id).execute();
  await tx.deleteFrom('qos_policies').where('id', '=', id).execute();
  await deletePoliciesOf(tx, 'qos_policy', id);
}
