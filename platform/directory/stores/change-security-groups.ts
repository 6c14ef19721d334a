import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { updateRows } from '../../database/write-rows.ts';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import { noteDeleted } from './definitions/note-deleted.ts';
import { rulesOfNewGroup } from './first-rules.ts';
import type { NetworkViewer } from './networks.ts';
import { deletePoliciesOf, EVERY_PROJECT, policiesOf } from './rbac-policies.ts';
import { deleteRulesOf, insertRules } from './security-group-rules.ts';
import { DEFAULT_GROUP, GROUPS, groupNotFound, mayChangeGroup, type SecurityGroupRecord } from './security-groups.ts';

/** The group, locked until the transaction ends: its rules and its members stay as they are. @throws VolvoxError not-found also when the viewer may not change it. */
export async function lockSecurityGroup(
  tx: DirectoryTx,
  viewer: NetworkViewer,
  id: string,
): Promise<SecurityGroupRecord> {
  const row = await tx.selectFrom('security_groups').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
  const group = row === undefined ? undefined : GROUPS.fromRow(row);
  if (group === undefined || !mayChangeGroup(viewer, group)) throw groupNotFound(id);
  return group;
}

/** A group with the rules that every group begins with. @throws VolvoxError conflict for another group `default`. */
export async function createSecurityGroup(
  tx: DirectoryTx,
  given: Pick<SecurityGroupRecord, 'projectId' | 'name' | 'description' | 'stateful'>,
  now: string,
): Promise<SecurityGroupRecord> {
  if (given.name === DEFAULT_GROUP) {
    throw new VolvoxError('conflict', 'Default security group already exists. Choose another name.', {
      details: { type: 'SecurityGroupDefaultAlreadyExists' },
    });
  }
  const group = { ...given, id: randomUUID(), tags: [], createdAt: now, updatedAt: now, revision: 1 };
  await tx.insertInto('security_groups').values(GROUPS.toRow(group)).execute();
  await insertRules(tx, await rulesOfNewGroup(tx, group));
  return group;
}

/**
 * Changes a group that the transaction has locked, under a new revision. Without changes only the revision grows, because its rules did.
 * @throws VolvoxError conflict when the default group would have another name, or another group its name; when a port has it and it would judge
 * in another way.
 */
export async function changeSecurityGroup(
  tx: DirectoryTx,
  group: SecurityGroupRecord,
  changes: Partial<Pick<SecurityGroupRecord, 'name' | 'description' | 'stateful' | 'tags'>>,
  now: string,
): Promise<SecurityGroupRecord> {
  const changed = { ...group, ...changes, updatedAt: now, revision: group.revision + 1 };
  if (changed.name !== group.name && [changed.name, group.name].includes(DEFAULT_GROUP)) {
    throw new VolvoxError('conflict', 'Updating default security group not allowed.', {
      details: { type: 'SecurityGroupCannotUpdateDefault' },
    });
  }
  if (changed.stateful !== group.stateful) await requireNoPort(tx, group);
  const { id, ...rest } = changed;
  await updateRows(tx, 'security_groups', { id }, { ...GROUPS.toColumns(rest), announced: 0 });
  return changed;
}

/**
 * Deletes a group that the transaction has locked, with its rules and those that let its members in.
 * @throws VolvoxError conflict for the default group, and while a port has the group.
 */
export async function deleteSecurityGroup(
  tx: DirectoryTx,
  { id, projectId, name }: SecurityGroupRecord,
): Promise<void> {
  if (name === DEFAULT_GROUP) {
    throw new VolvoxError('conflict', 'Removing default security group not allowed.', {
      details: { type: 'SecurityGroupCannotRemoveDefault' },
    });
  }
  await requireNoPort(tx, { id, projectId });
  await announceGroupsNaming(tx, id);
  await deleteRulesOf(tx, id);
  await tx.deleteFrom('security_groups').where('id', '=', id).execute();
  await deletePoliciesOf(tx, 'security_group', id);
  await noteDeleted(tx, 'group', [id]);
}

const sharing = (objectId: string) => ({ objectType: 'security_group', objectId, action: 'access_as_shared' }) as const;

/** @throws VolvoxError conflict */
async function requireNoPort(
  tx: DirectoryTx,
  { id, projectId }: Pick<SecurityGroupRecord, 'id' | 'projectId'>,
): Promise<void> {
  const policies = await policiesOf(tx, sharing(id));
  if (!(await hasPort(tx, id, [projectId, ...policies.map(({ targetProject }) => targetProject)]))) return;
  throw new VolvoxError(
    'conflict',
    `Security Group ${id} in use. Take it from its ports first (GET /v2.0/ports?security_groups=${id}).`,
    { details: { type: 'SecurityGroupInUse' } },
  );
}

/** Whether a port of one of these projects has the group. */
async function hasPort(tx: DirectoryTx, id: string, projectIds: readonly string[]): Promise<boolean> {
  const having = tx
    .selectFrom('ports')
    .select('id')
    .where(sql<boolean>`JSON_CONTAINS(security_group_ids, ${JSON.stringify(id)})`);
  const query = projectIds.includes(EVERY_PROJECT) ? having : having.where('project_id', 'in', projectIds);
  return (await query.limit(1).executeTakeFirst()) !== undefined;
}

/** Other groups of which a rule names the group as remote: each is about to lose that rule. */
async function announceGroupsNaming(tx: DirectoryTx, id: string): Promise<void> {
  const rules = await tx
    .selectFrom('security_group_rules')
    .select('group_id')
    .distinct()
    .where('remote_group_id', '=', id)
    .where('group_id', '!=', id)
    .execute();
  if (rules.length === 0) return;
  await tx
    .updateTable('security_groups')
    .set((eb) => ({ revision: eb('revision', '+', 1), announced: 0 }))
    .where(
      'id',
      'in',
      rules.map(({ group_id }) => group_id),
    )
    .execute();
}
