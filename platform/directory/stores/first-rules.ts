import { createHash, randomUUID } from 'node:crypto';
import type { Reader } from '../../database/database.ts';
import type { DirectoryTables } from '../tables.ts';
import { type DefaultRuleRecord, listDefaultRules } from './default-security-group-rules.ts';
import type { SecurityGroupRuleRecord } from './security-group-rules.ts';

type Read = Reader<DirectoryTables>;

interface Group {
  readonly id: string;
  readonly projectId: string;
  readonly createdAt: string;
}

/** The rules that a group is made with; an admin chooses them (`default-security-group-rules.ts`). At first: everything out. */
export async function rulesOfNewGroup(read: Read, group: Group): Promise<readonly SecurityGroupRuleRecord[]> {
  const rules = await listDefaultRules(read);
  return rules.filter(({ inOtherGroups }) => inOtherGroups).map((rule) => ruleOf(group, rule, randomUUID()));
}

/**
 * Those of a project's default group; at first: everything out, and in from its members. The ids of these four are those that earlier
 * releases showed.
 */
export async function rulesOfDefaultGroup(read: Read, group: Group): Promise<readonly SecurityGroupRuleRecord[]> {
  const rules = await listDefaultRules(read);
  return rules
    .filter(({ inDefaultGroups }) => inDefaultGroups)
    .map((rule) => ruleOf(group, rule, uuidOf(`${group.id}/${keyOf(rule)}`)));
}

/** Of a rule for anything out, or in from the members, what earlier releases made the id of. */
const keyOf = (rule: DefaultRuleRecord): string => {
  const { direction, ethertype, protocol, portMin, portMax, remoteIpPrefix, remoteGroupId } = rule;
  const rest = [protocol, portMin, portMax, remoteIpPrefix, remoteGroupId];
  const first = direction === 'egress' ? 'null,null,null,null,null' : 'null,null,null,null,PARENT';
  const isFirst = rest.map(String).join() === first;
  return isFirst ? `${direction}/${ethertype}` : `${direction}/${ethertype}/${rest.join('/')}`;
};

const ruleOf = (
  { id: groupId, projectId, createdAt }: Group,
  rule: DefaultRuleRecord,
  id: string,
): SecurityGroupRuleRecord => ({
  id,
  groupId,
  projectId,
  direction: rule.direction,
  ethertype: rule.ethertype,
  protocol: rule.protocol,
  portMin: rule.portMin,
  portMax: rule.portMax,
  remoteIpPrefix: rule.remoteIpPrefix,
  remoteGroupId: rule.remoteGroupId === 'PARENT' ? groupId : null,
  remoteAddressGroupId: null,
  description: rule.description,
  createdAt,
  updatedAt: createdAt,
  revision: 0,
});

function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
