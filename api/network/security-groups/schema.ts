import { always } from '../../http/by-version.ts';
import { constant, listQuery, member, UNTAGGED } from '../../http/listing.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { flag, integerOrNull, shape, stringOrNull } from '../../http/response-types.ts';
import { listOfNoun, oneOfNoun, standardMembers } from '../response-types.ts';

const ofBoth = {
  id: member.text('id'),
  description: member.text('description'),
  project_id: member.text('project_id'),
  tenant_id: member.text('project_id'),
  created_at: member.text('created_at'),
  updated_at: member.text('updated_at'),
  revision_number: member.integer('revision_number'),
  ...UNTAGGED,
};
/** By what groups and rules are filtered and sorted: members of their views. */
export const GROUP_ATTRIBUTES = {
  ...ofBoth,
  name: member.text('name'),
  stateful: member.boolean('stateful'),
  shared: member.boolean('shared'),
};
export const RULE_ATTRIBUTES = {
  ...ofBoth,
  security_group_id: member.text('security_group_id'),
  direction: member.text('direction'),
  ethertype: member.text('ethertype'),
  remote_group_id: member.text('remote_group_id'),
  protocol: member.text('protocol'),
  port_range_min: member.integer('port_range_min'),
  port_range_max: member.integer('port_range_max'),
  remote_ip_prefix: member.text('remote_ip_prefix'),
  remote_address_group_id: constant(null),
};
export const listGroupsQuery = always(listQuery(GROUP_ATTRIBUTES));
export const listRulesQuery = always(listQuery(RULE_ATTRIBUTES));

const rule = shape({
  ...standardMembers,
  security_group_id: string,
  direction: { enum: ['egress', 'ingress'] },
  ethertype: { enum: ['IPv4', 'IPv6'] },
  protocol: stringOrNull,
  port_range_min: integerOrNull,
  port_range_max: integerOrNull,
  remote_ip_prefix: stringOrNull,
  remote_group_id: stringOrNull,
  remote_address_group_id: stringOrNull,
});
const group = shape({
  ...standardMembers,
  name: string,
  stateful: flag,
  shared: flag,
  security_group_rules: arrayOf(rule),
});
export const showGroupResponse = oneOfNoun('security_group', group);
export const listGroupsResponse = listOfNoun('security_groups', group);
export const showRuleResponse = oneOfNoun('security_group_rule', rule);
export const listRulesResponse = listOfNoun('security_group_rules', rule);
