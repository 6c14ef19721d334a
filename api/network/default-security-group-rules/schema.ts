import { type Static, Type } from 'typebox';
import { always } from '../../http/by-version.ts';
import { constant, listQuery, member } from '../../http/listing.ts';
import { string } from '../../http/parameter-types.ts';
import { flag, integer, integerOrNull, moment, shape, stringOrNull } from '../../http/response-types.ts';
import { canonicalCidr } from '../canonical.ts';
import { bodiesOf, Name, oneOfValues, strict, textOrNull } from '../request-types.ts';
import { responsesOf } from '../response-types.ts';
import { STANDARD_ATTRIBUTES } from '../standard-attributes.ts';

/** Clients write numbers as text, too. */
const Port = Type.Optional(
  Type.Unsafe<number | string | null>({ type: ['integer', 'string', 'null'], pattern: '^\\d{1,5}$' }),
);
const NewDefaultRule = Type.Object(
  {
    direction: oneOfValues(['ingress', 'egress']),
    ethertype: Type.Optional(oneOfValues(['IPv4', 'IPv6'])),
    protocol: Type.Optional(
      Type.Unsafe<number | string | null>({ type: ['integer', 'string', 'null'], maxLength: 40 }),
    ),
    port_range_min: Port,
    port_range_max: Port,
    remote_ip_prefix: Type.Optional(textOrNull(64)),
    /** A group of one project can be no remote of every project's groups. */
    remote_group_id: Type.Optional(Type.Unsafe<'PARENT' | null>({ enum: ['PARENT', null] })),
    remote_address_group_id: Type.Optional(Type.Null()),
    description: Type.Optional(Name),
    used_in_default_sg: Type.Optional(Type.Boolean()),
    used_in_non_default_sg: Type.Optional(Type.Boolean()),
  },
  strict,
);
export type NewDefaultRule = Static<typeof NewDefaultRule>;
export const { create: createDefaultRuleBody } = bodiesOf(
  'default_security_group_rule',
  'default_security_group_rules',
  { created: NewDefaultRule, changeable: {} },
);

/** By what default rules are filtered and sorted. */
export const DEFAULT_RULE_ATTRIBUTES = {
  id: STANDARD_ATTRIBUTES.id,
  description: STANDARD_ATTRIBUTES.description,
  created_at: STANDARD_ATTRIBUTES.created_at,
  updated_at: STANDARD_ATTRIBUTES.updated_at,
  revision_number: STANDARD_ATTRIBUTES.revision_number,
  direction: member.text('direction'),
  ethertype: member.text('ethertype'),
  protocol: member.text('protocol'),
  port_range_min: member.integer('portMin'),
  port_range_max: member.integer('portMax'),
  remote_ip_prefix: member.text('remoteIpPrefix', canonicalCidr),
  remote_group_id: member.text('remoteGroupId'),
  remote_address_group_id: constant(null),
  used_in_default_sg: member.boolean('inDefaultGroups'),
  used_in_non_default_sg: member.boolean('inOtherGroups'),
};
export const listDefaultRulesQuery = always(listQuery(DEFAULT_RULE_ATTRIBUTES));

export const {
  show: showDefaultRuleResponse,
  list: listDefaultRulesResponse,
  create: createDefaultRuleResponse,
} = responsesOf(
  'default_security_group_rule',
  'default_security_group_rules',
  shape({
    id: string,
    direction: string,
    ethertype: string,
    protocol: stringOrNull,
    port_range_min: integerOrNull,
    port_range_max: integerOrNull,
    remote_ip_prefix: stringOrNull,
    remote_group_id: stringOrNull,
    remote_address_group_id: stringOrNull,
    description: string,
    used_in_default_sg: flag,
    used_in_non_default_sg: flag,
    created_at: moment,
    updated_at: moment,
    revision_number: integer,
  }),
);
