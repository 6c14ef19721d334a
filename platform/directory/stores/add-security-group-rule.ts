import { randomUUID } from 'node:crypto';
import { VolvoxError } from '../../errors/volvox-error.ts';
import type { DirectoryTx } from '../directory.ts';
import { keepAddressGroup } from './address-groups.ts';
import { changeSecurityGroup, lockSecurityGroup } from './change-security-groups.ts';
import { requireNetworkQuota } from './network-quotas.ts';
import type { NetworkViewer } from './networks.ts';
import { deleteRule, getRule, insertRules, listRules, type SecurityGroupRuleRecord } from './security-group-rules.ts';
import { keepRemoteGroup, type SecurityGroupRecord } from './security-groups.ts';

/** What a rule says; the rest of a record is made for it. */
export type RuleContent = Omit<
  SecurityGroupRuleRecord,
  'id' | 'groupId' | 'projectId' | 'createdAt' | 'updatedAt' | 'revision'
>;

/** Two rules of a group that agree in these let in or out the same. */
const COMPARED = [
  ...['direction', 'ethertype', 'protocol', 'portMin', 'portMax', 'remoteIpPrefix', 'remoteGroupId'],
  'remoteAddressGroupId',
] as readonly (keyof RuleContent)[];

/**
 * Adds a rule to a group that the viewer may see, under a new revision of the group. Call it first in its transaction.
 * @throws VolvoxError not-found (the group is gone, or the one it names as remote), also when the viewer may not know of it; conflict for the quota
 * (`details.type` OverQuota), and for a rule that is there already.
 */
export async function addRule(
  tx: DirectoryTx,
  viewer: NetworkViewer,
  { id: groupId, projectId }: Pick<SecurityGroupRecord, 'id' | 'projectId'>,
  content: RuleContent,
  now: string,
): Promise<SecurityGroupRuleRecord> {
  // First: what is read after it is read as it is under its lock.
  await requireNetworkQuota(tx, 'security_group_rule', [projectId]);
  if (content.remoteAddressGroupId !== null) await keepAddressGroup(tx, viewer, content.remoteAddressGroupId);
  const { remoteGroupId } = content;
  if (remoteGroupId !== null && remoteGroupId !== groupId) await keepRemoteGroup(tx, viewer, remoteGroupId);
  const group = await lockSecurityGroup(tx, viewer, groupId);
  const rules = await listRules(tx, [groupId]);
  const same = rules.find((one) => COMPARED.every((member) => one[member] === content[member]));
  if (same !== undefined) {
    throw new VolvoxError('conflict', `Security group rule already exists. Rule id is ${same.id}.`, {
      details: { type: 'SecurityGroupRuleExists' },
    });
  }
  const rule = { ...content, id: randomUUID(), groupId, projectId, createdAt: now, updatedAt: now, revision: 0 };
  await insertRules(tx, [rule]);
  await changeSecurityGroup(tx, group, {}, now);
  return rule;
}

/** Deletes a rule, under a new revision of its group. @throws VolvoxError not-found also when the viewer may not know of it. */
export async function removeRule(tx: DirectoryTx, viewer: NetworkViewer, id: string, now: string): Promise<void> {
  const { groupId } = await getRule(tx, viewer, id);
  const group = await lockSecurityGroup(tx, viewer, groupId);
  await deleteRule(tx, id);
  await changeSecurityGroup(tx, group, {}, now);
}
