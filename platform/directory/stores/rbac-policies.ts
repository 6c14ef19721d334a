import { randomUUID } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';
import type { Reader } from '../../database/database.ts';
import { insertOnce } from '../../database/insert-once.ts';
import { recordTable } from '../../database/record-table.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import type { RbacPoliciesTable } from '../schema/rbac-policies.ts';
import type { DirectoryTables } from '../tables.ts';
import { EVERYTHING, type Listing, listRecords, ofProject } from './listing.ts';

type Read = Reader<DirectoryTables>;

/** See schema/rbac-policies.ts for what the members mean. */
export interface RbacPolicyRecord {
  readonly id: string;
  readonly projectId: string;
  readonly objectType: RbacPoliciesTable['object_type'];
  readonly objectId: string;
  readonly action: RbacPoliciesTable['action'];
  readonly targetProject: string;
  readonly revision: number;
}
/** What a policy allows, and of what. */
type Sharing = Pick<RbacPolicyRecord, 'objectType' | 'objectId' | 'action'>;

/** The target that stands for every project. */
export const EVERY_PROJECT = '*';

const POLICIES = recordTable<RbacPolicyRecord, RbacPoliciesTable>('rbac_policies')({
  id: 'id',
  projectId: 'project_id',
  objectType: 'object_type',
  objectId: 'object_id',
  action: 'action',
  targetProject: 'target_project',
  revision: 'revision',
});

/** Who looks; an admin sees the policies of every project. */
interface Viewer {
  readonly projectId: string;
  readonly isAdmin: boolean;
}

/** Of a policy learns only who made it. */
export const listRbacPolicies = (
  read: Read,
  viewer: Viewer,
  listing: Listing<keyof RbacPolicyRecord> = EVERYTHING,
): Promise<readonly RbacPolicyRecord[]> => listRecords(read, POLICIES, listing, ofProject(viewer));

/** @throws VolvoxError not-found also when the viewer may not know of it. */
export async function getRbacPolicy(read: Read, viewer: Viewer, id: string): Promise<RbacPolicyRecord> {
  const filters = [{ member: 'id', anyOf: [id] }] as const;
  const [policy] = await listRbacPolicies(read, viewer, { ...EVERYTHING, filters });
  if (policy !== undefined) return policy;
  throw new VolvoxError('not-found', `RBAC policy ${id} could not be found.`, {
    details: { type: 'RbacPolicyNotFound' },
  });
}

/** @throws VolvoxError conflict when there is one that says the same. */
export async function insertRbacPolicy(tx: DirectoryTx, policy: RbacPolicyRecord): Promise<void> {
  if (!(await insertOnce(tx.insertInto('rbac_policies').values(POLICIES.toRow(policy))))) throw duplicate();
}

const duplicate = (): VolvoxError =>
  new VolvoxError('conflict', 'An RBAC policy already exists with those values.', {
    details: { type: 'DuplicateRbacPolicy' },
  });

/** Another target, under a new revision. The object is locked. @throws VolvoxError conflict when there is a policy that says the same. */
export async function retargetRbacPolicy(
  tx: DirectoryTx,
  policy: RbacPolicyRecord,
  targetProject: string,
): Promise<RbacPolicyRecord> {
  const same = (await policiesOf(tx, policy)).some(
    (one) => one.id !== policy.id && one.targetProject === targetProject,
  );
  if (same) throw duplicate();
  const changed = { ...policy, targetProject, revision: policy.revision + 1 };
  await tx
    .updateTable('rbac_policies')
    .set({ target_project: targetProject, revision: changed.revision })
    .where('id', '=', policy.id)
    .execute();
  return changed;
}

export async function deleteRbacPolicy(tx: DirectoryTx, id: string): Promise<void> {
  await tx.deleteFrom('rbac_policies').where('id', '=', id).execute();
}

/** All policies that allow this of the object. */
export const policiesOf = (
  read: Read,
  { objectType, objectId, action }: Sharing,
): Promise<readonly RbacPolicyRecord[]> =>
  listRecords(read, POLICIES, {
    ...EVERYTHING,
    filters: [
      { member: 'objectId', anyOf: [objectId] },
      { member: 'objectType', anyOf: [objectType] },
      { member: 'action', anyOf: [action] },
    ],
  });

/** The object is for every project from now on. It may have been before. */
export async function shareWithEveryProject(tx: DirectoryTx, projectId: string, sharing: Sharing): Promise<void> {
  const policy = { ...sharing, id: randomUUID(), projectId, targetProject: EVERY_PROJECT, revision: 0 };
  await tx.insertInto('rbac_policies').ignore().values(POLICIES.toRow(policy)).execute();
}

/** Takes back what allows this of the object. @param targetProject of one target; absent: of all. */
export async function unshare(
  tx: DirectoryTx,
  { objectType, objectId, action }: Sharing,
  targetProject?: string,
): Promise<void> {
  const query = tx
    .deleteFrom('rbac_policies')
    .where('object_id', '=', objectId)
    .where('object_type', '=', objectType)
    .where('action', '=', action);
  await (targetProject === undefined ? query : query.where('target_project', '=', targetProject)).execute();
}

/** The object goes, and its policies with it. */
export async function deletePoliciesOf(
  tx: DirectoryTx,
  objectType: RbacPolicyRecord['objectType'],
  objectId: string,
): Promise<void> {
  await tx
    .deleteFrom('rbac_policies')
    .where('object_id', '=', objectId)
    .where('object_type', '=', objectType)
    .execute();
}

/** The ids of the objects that are shared with one of these targets, as a subquery. A column `shared` says the same of every project. */
export const sharedIds = (
  objectType: RbacPolicyRecord['objectType'],
  ...targets: readonly [string, ...string[]]
): RawBuilder<unknown> =>
  sql`(SELECT object_id FROM rbac_policies WHERE object_type = ${objectType} AND action = 'access_as_shared'
    AND target_project IN (${sql.join(targets)}))`;

/** The ids of the networks that lead outside for this project, or for every one, as a subquery. */
export const externalIds = (projectId: string): RawBuilder<unknown> =>
  sql`(SELECT object_id FROM rbac_policies WHERE object_type = 'network' AND action = 'access_as_external'
    AND target_project IN (${projectId}, ${EVERY_PROJECT}))`;

/** Of these objects, those that are shared with the project, or with every one. */
export async function sharedOf(
  read: Read,
  objectType: RbacPolicyRecord['objectType'],
  projectId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await read
    .selectFrom('rbac_policies')
    .select('object_id')
    .where('object_id', 'in', ids)
    .where('object_type', '=', objectType)
    .where('action', '=', 'access_as_shared')
    .where('target_project', 'in', [projectId, EVERY_PROJECT])
    .execute();
  return new Set(rows.map((row) => row.object_id));
}
