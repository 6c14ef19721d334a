import type { DefaultRuleRecord } from '#platform/directory/stores/default-security-group-rules.ts';
import { neutronTime } from '../times.ts';

export const defaultRuleView = (rule: DefaultRuleRecord) => ({
  id: rule.id,
  direction: rule.direction,
  ethertype: rule.ethertype,
  protocol: rule.protocol,
  port_range_min: rule.portMin,
  port_range_max: rule.portMax,
  remote_ip_prefix: rule.remoteIpPrefix,
  remote_group_id: rule.remoteGroupId,
  remote_address_group_id: null,
  description: rule.description,
  used_in_default_sg: rule.inDefaultGroups,
  used_in_non_default_sg: rule.inOtherGroups,
  created_at: neutronTime(rule.createdAt),
  updated_at: neutronTime(rule.updatedAt),
  revision_number: rule.revision,
});
