import type { SecurityGroupRuleRecord } from '#platform/directory/stores/security-group-rules.ts';
import type { SecurityGroupRecord } from '#platform/directory/stores/security-groups.ts';
import { neutronTime } from '../times.ts';

/** A group, and its rules. */
interface GroupWithRules {
  readonly group: SecurityGroupRecord;
  readonly rules: readonly SecurityGroupRuleRecord[];
  /** With the project of who asks, or with every one. */
  readonly shared: boolean;
}

export const groupView = ({ group, rules, shared }: GroupWithRules) => ({
  id: group.id,
  name: group.name,
  description: group.description,
  project_id: group.projectId,
  tenant_id: group.projectId,
  stateful: group.stateful,
  shared,
  security_group_rules: rules.map(ruleView),
  tags: group.tags,
  created_at: neutronTime(group.createdAt),
  updated_at: neutronTime(group.updatedAt),
  revision_number: group.revision,
});

export const ruleView = (rule: SecurityGroupRuleRecord) => ({
  id: rule.id,
  security_group_id: rule.groupId,
  project_id: rule.projectId,
  tenant_id: rule.projectId,
  direction: rule.direction,
  ethertype: rule.ethertype,
  protocol: rule.protocol,
  port_range_min: rule.portMin,
  port_range_max: rule.portMax,
  remote_ip_prefix: rule.remoteIpPrefix,
  remote_group_id: rule.remoteGroupId,
  remote_address_group_id: rule.remoteAddressGroupId,
  description: rule.description,
  tags: [],
  created_at: neutronTime(rule.createdAt),
  updated_at: neutronTime(rule.updatedAt),
  revision_number: rule.revision,
});
