import { type Static, Type } from 'typebox';
import { always } from '../../http/by-version.ts';
import { listQuery, member } from '../../http/listing.ts';
import { string } from '../../http/parameter-types.ts';
import { shape } from '../../http/response-types.ts';
import { bodiesOf, Id, oneOfValues, strict, type Updated } from '../request-types.ts';
import { responsesOf } from '../response-types.ts';

const changeable = { target_tenant: Type.Optional(Type.String({ minLength: 1, maxLength: 64 })) };
const NewRbacPolicy = Type.Object(
  {
    object_type: oneOfValues([
      'network',
      'subnetpool',
      'address_group',
      'address_scope',
      'security_group',
      'qos_policy',
    ]),
    object_id: Id,
    action: oneOfValues(['access_as_shared', 'access_as_external']),
    target_tenant: Type.String({ minLength: 1, maxLength: 64 }),
    project_id: Type.Optional(Id),
    tenant_id: Type.Optional(Id),
  },
  strict,
);
export type NewRbacPolicy = Static<typeof NewRbacPolicy>;
export type RbacPolicyUpdate = Updated<'rbac_policy', typeof changeable>;
export const { create: createRbacPolicyBody, update: updateRbacPolicyBody } = bodiesOf('rbac_policy', 'rbac_policies', {
  created: NewRbacPolicy,
  changeable,
});

/** By what policies are filtered and sorted. */
export const RBAC_POLICY_ATTRIBUTES = {
  id: member.text('id'),
  project_id: member.text('projectId'),
  tenant_id: member.text('projectId'),
  object_type: member.text('objectType'),
  object_id: member.text('objectId'),
  action: member.text('action'),
  target_tenant: member.text('targetProject'),
};
export const listRbacPoliciesQuery = always(listQuery(RBAC_POLICY_ATTRIBUTES));

export const {
  show: showRbacPolicyResponse,
  list: listRbacPoliciesResponse,
  create: createRbacPolicyResponse,
} = responsesOf(
  'rbac_policy',
  'rbac_policies',
  shape({
    id: string,
    project_id: string,
    tenant_id: string,
    object_type: string,
    object_id: string,
    action: string,
    target_tenant: string,
  }),
);
