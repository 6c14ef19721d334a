import { type Static, Type } from 'typebox';
import { always } from '../../http/by-version.ts';
import { listQuery, member } from '../../http/listing.ts';
import { string } from '../../http/parameter-types.ts';
import { flag, integer, shape } from '../../http/response-types.ts';
import { bodiesOf, Id, Name, oneOfValues, strict, type Updated } from '../request-types.ts';
import { responsesOf } from '../response-types.ts';

const changeable = { name: Type.Optional(Name), shared: Type.Optional(Type.Boolean()) };
const NewAddressScope = Type.Object(
  { ...changeable, ip_version: oneOfValues([4, 6]), project_id: Type.Optional(Id), tenant_id: Type.Optional(Id) },
  strict,
);
export type NewAddressScope = Static<typeof NewAddressScope>;
export type AddressScopeUpdate = Updated<'address_scope', typeof changeable>;
export const { create: createAddressScopeBody, update: updateAddressScopeBody } = bodiesOf(
  'address_scope',
  'address_scopes',
  { created: NewAddressScope, changeable },
);

/** By what scopes are filtered and sorted. */
export const ADDRESS_SCOPE_ATTRIBUTES = {
  id: member.text('id'),
  name: member.text('name'),
  project_id: member.text('projectId'),
  tenant_id: member.text('projectId'),
  ip_version: member.integer('ipVersion'),
  shared: member.boolean('shared'),
};
export const listAddressScopesQuery = always(listQuery(ADDRESS_SCOPE_ATTRIBUTES));

export const {
  show: showAddressScopeResponse,
  list: listAddressScopesResponse,
  create: createAddressScopeResponse,
} = responsesOf(
  'address_scope',
  'address_scopes',
  shape({ id: string, name: string, project_id: string, tenant_id: string, ip_version: integer, shared: flag }),
);
