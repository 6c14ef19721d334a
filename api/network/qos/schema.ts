import { type Static, Type } from 'typebox';
import { always } from '../../http/by-version.ts';
import { listQuery, member } from '../../http/listing.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { flag, integer, oneOf, shape } from '../../http/response-types.ts';
import { bodiesOf, Id, Name, strict, type Updated } from '../request-types.ts';
import { responsesOf, standardMembers } from '../response-types.ts';
import { STANDARD_ATTRIBUTES } from '../standard-attributes.ts';
import { Tags } from '../tags/schema.ts';
import { RULE_KINDS } from './rule-kinds.ts';

const changeable = {
  name: Type.Optional(Name),
  description: Type.Optional(Name),
  shared: Type.Optional(Type.Boolean()),
  is_default: Type.Optional(Type.Boolean()),
};
const NewQosPolicy = Type.Object(
  {
    ...changeable,
    name: Name,
    tags: Type.Optional(Tags),
    project_id: Type.Optional(Id),
    tenant_id: Type.Optional(Id),
  },
  strict,
);
export type NewQosPolicy = Static<typeof NewQosPolicy>;
export type QosPolicyUpdate = Updated<'policy', typeof changeable>;
export const { create: createQosPolicyBody, update: updateQosPolicyBody } = bodiesOf('policy', 'policies', {
  created: NewQosPolicy,
  changeable,
});

/** By what policies are filtered and sorted. */
export const QOS_POLICY_ATTRIBUTES = {
  ...STANDARD_ATTRIBUTES,
  shared: member.boolean('shared'),
  is_default: member.boolean('isDefault'),
};
export const listQosPoliciesQuery = always(listQuery(QOS_POLICY_ATTRIBUTES));

const rule = {
  anyOf: RULE_KINDS.map(({ type, members }) => shape({ ...members, qos_policy_id: string, type: oneOf(type) })),
};
export const {
  show: showQosPolicyResponse,
  list: listQosPoliciesResponse,
  create: createQosPolicyResponse,
} = responsesOf(
  'policy',
  'policies',
  shape({ ...standardMembers, name: string, shared: flag, is_default: flag, rules: arrayOf(rule) }),
);

/** By what types of rules are filtered. */
export const RULE_TYPE_ATTRIBUTES = { type: member.text('type') };
export const listRuleTypesResponse = always(shape({ rule_types: arrayOf(shape({ type: string })) }));
const parameter = shape({
  parameter_name: string,
  parameter_type: oneOf('choices', 'range'),
  parameter_values: {
    anyOf: [arrayOf({ anyOf: [string, integer] }), shape({ start: integer, end: integer })],
  },
});
export const showRuleTypeResponse = always(
  shape({
    rule_type: shape({
      type: string,
      drivers: arrayOf(shape({ name: string, supported_parameters: arrayOf(parameter) })),
    }),
  }),
);
