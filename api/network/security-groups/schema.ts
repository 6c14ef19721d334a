import { type Static, Type } from 'typebox';
import { always } from '../../http/by-version.ts';
import { constant, listQuery, member, UNTAGGED } from '../../http/listing.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { flag, integerOrNull, shape, stringOrNull } from '../../http/response-types.ts';
import { bodiesOf, Id, Name, oneOfValues, strict, textOrNull, type Updated } from '../request-types.ts';
import { responsesOf, standardMembers } from '../response-types.ts';
import { TAG_FILTERS } from '../tags/schema.ts';

const ofBoth = {
  id: member.text('id'),
  description: member.text('description'),
  project_id: member.text('project_id'),
  tenant_id: member.text('project_id'),
  created_at: member.text('created_at'),
  updated_at: member.text('updated_at'),
  revision_number: member.integer('revision_number'),
};
/** By what groups and rules are filtered and sorted: members of their views. */
export const GROUP_ATTRIBUTES = {
  ...ofBoth,
  name: member.text('name'),
  ...TAG_FILTERS,
  stateful: member.boolean('stateful'),
  shared: member.boolean('shared'),
};
export const RULE_ATTRIBUTES = {
  ...ofBoth,
  ...UNTAGGED,
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
export const {
  show: showGroupResponse,
  list: listGroupsResponse,
  create: createGroupResponse,
} = responsesOf('security_group', 'security_groups', group);
export const {
  show: showRuleResponse,
  list: listRulesResponse,
  create: createRuleResponse,
} = responsesOf('security_group_rule', 'security_group_rules', rule);

const changeable = { name: Type.Optional(Name), description: Type.Optional(Name) };
const owned = { project_id: Type.Optional(Id), tenant_id: Type.Optional(Id) };
/** Stateless groups are not offered. */
const NewGroup = Type.Object({ ...changeable, ...owned, stateful: Type.Optional(Type.Literal(true)) }, strict);
export type NewGroup = Static<typeof NewGroup>;
export type GroupUpdate = Updated<'security_group', typeof changeable>;
export const { create: createGroupBody, update: updateGroupBody } = bodiesOf('security_group', 'security_groups', {
  created: NewGroup,
  changeable,
});

/** Clients write numbers as text, too. */
const Port = Type.Optional(
  Type.Unsafe<number | string | null>({ type: ['integer', 'string', 'null'], pattern: '^\\d{1,5}$' }),
);
const NewRule = Type.Object(
  {
    ...owned,
    security_group_id: Id,
    direction: oneOfValues(['ingress', 'egress']),
    ethertype: Type.Optional(oneOfValues(['IPv4', 'IPv6'])),
    protocol: Type.Optional(
      Type.Unsafe<number | string | null>({ type: ['integer', 'string', 'null'], maxLength: 40 }),
    ),
    port_range_min: Port,
    port_range_max: Port,
    remote_ip_prefix: Type.Optional(textOrNull(64)),
    remote_group_id: Type.Optional(textOrNull(64)),
    description: Type.Optional(Name),
  },
  strict,
);
export type NewRule = Static<typeof NewRule>;
export const { create: createRuleBody } = bodiesOf('security_group_rule', 'security_group_rules', {
  created: NewRule,
  changeable: {},
});
