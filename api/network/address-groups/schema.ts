import { type Static, Type } from 'typebox';
import { always } from '../../http/by-version.ts';
import { constant, listQuery, UNTAGGED } from '../../http/listing.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { flag, shape } from '../../http/response-types.ts';
import { jsonSchema } from '../../http/typebox-schema.ts';
import { Address, bodiesOf, Id, Name, strict, type Updated } from '../request-types.ts';
import { responsesOf, standardMembers } from '../response-types.ts';
import { STANDARD_ATTRIBUTES } from '../standard-attributes.ts';

/** Addresses of one group. Each becomes a rule on a host, for each rule that names the group. */
export const MAX_ADDRESSES = 256;

const changeable = { name: Type.Optional(Name), description: Type.Optional(Name) };
const Addresses = Type.Array(Address, { maxItems: MAX_ADDRESSES });
const NewAddressGroup = Type.Object(
  {
    ...changeable,
    addresses: Type.Optional(Addresses),
    project_id: Type.Optional(Id),
    tenant_id: Type.Optional(Id),
  },
  strict,
);
export type NewAddressGroup = Static<typeof NewAddressGroup>;
export type AddressGroupUpdate = Updated<'address_group', typeof changeable>;
export const { create: createAddressGroupBody, update: updateAddressGroupBody } = bodiesOf(
  'address_group',
  'address_groups',
  { created: NewAddressGroup, changeable },
);
const addresses = Type.Object({ addresses: Addresses }, strict);
export type AddressesBody = Static<typeof addresses>;
export const addressesBody = always(jsonSchema(addresses));

/** By what address groups are filtered and sorted. */
export const ADDRESS_GROUP_ATTRIBUTES = {
  id: STANDARD_ATTRIBUTES.id,
  name: STANDARD_ATTRIBUTES.name,
  description: STANDARD_ATTRIBUTES.description,
  project_id: STANDARD_ATTRIBUTES.project_id,
  tenant_id: STANDARD_ATTRIBUTES.tenant_id,
  created_at: STANDARD_ATTRIBUTES.created_at,
  updated_at: STANDARD_ATTRIBUTES.updated_at,
  revision_number: STANDARD_ATTRIBUTES.revision_number,
  ...UNTAGGED,
  shared: constant(false),
};
export const listAddressGroupsQuery = always(listQuery(ADDRESS_GROUP_ATTRIBUTES));

export const {
  show: showAddressGroupResponse,
  list: listAddressGroupsResponse,
  create: createAddressGroupResponse,
} = responsesOf(
  'address_group',
  'address_groups',
  shape({ ...standardMembers, name: string, addresses: arrayOf(string), shared: flag }),
);
