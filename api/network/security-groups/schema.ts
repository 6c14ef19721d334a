import { type Static, Type } from 'typebox';
import { always } from '../../http/by-version.ts';
import { booleanWord, listQuery, member, UNTAGGED } from '../../http/listing.ts';
import { arrayOf, several, string } from '../../http/parameter-types.ts';
import { flag, integerOrNull, shape, stringOrNull } from '../../http/response-types.ts';
import { canonicalCidr } from '../canonical.ts';
import { bodiesOf, Id, Name, oneOfValues, strict, textOrNull, type Updated } from '../request-types.ts';
import { responsesOf, standardMembers } from '../response-types.ts';
import { STANDARD_ATTRIBUTES } from '../standard-attributes.ts';

/** By what groups are filtered and sorted. */
export const GROUP_ATTRIBUTES = {
  ...STANDARD_ATTRIBUTES,
  stateful: member.boolean('stateful'),
};
const { name: _name, ...withoutName } = STANDARD_ATTRIBUTES;
/** By what rules are filtered and sorted. They have neither names nor tags. */
export const RULE_ATTRIBUTES = {
  ...withoutName,
  ...UNTAGGED,
  security_group_id: member.text('groupId'),
  direction: member.text('direction'),
  ethertype: member.text('ethertype'),
  remote_group_id: member.text('remoteGroupId'),
  protocol: member.text('protocol'),
  port_range_min: member.integer('portMin'),
  port_range_max: member.integer('portMax'),
  remote_ip_prefix: member.text('remoteIpPrefix', canonicalCidr),
  remote_address_group_id: member.text('remoteAddressGroupId'),
};
/** `shared` depends on who asks; the handler reads it. */
export const listGroupsQuery = always(listQuery(GROUP_ATTRIBUTES, { shared: several(booleanWord) }));
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

const changeable = {
  name: Type.Optional(Name),
  description: Type.Optional(Name),
  stateful: Type.Optional(Type.Boolean()),
};
const owned = { project_id: Type.Optional(Id), tenant_id: Type.Optional(Id) };
const NewGroup = Type.Object({ ...changeable, ...owned }, strict);
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
    remote_address_group_id: Type.Optional(textOrNull(64)),
    description: Type.Optional(Name),
  },
  strict,
);
export type NewRule = Static<typeof NewRule>;
export const { create: createRuleBody } = bodiesOf('security_group_rule', 'security_group_rules', {
  created: NewRule,
  changeable: {},
});
