import { type Static, Type } from 'typebox';
import { always } from '../../http/by-version.ts';
import { listQuery, member } from '../../http/listing.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { flag, integer, integerOrNull, shape, stringOrNull } from '../../http/response-types.ts';
import { Address, bodiesOf, Id, Name, strict, textOrNull, type Updated } from '../request-types.ts';
import { responsesOf, standardMembers } from '../response-types.ts';
import { STANDARD_ATTRIBUTES } from '../standard-attributes.ts';

/** Clients write numbers as text, too. */
const Length = Type.Unsafe<number | string>({
  type: ['integer', 'string'],
  minimum: 0,
  maximum: 128,
  pattern: '^\\d{1,3}$',
});
const changeable = {
  name: Type.Optional(Name),
  description: Type.Optional(Name),
  prefixes: Type.Optional(Type.Array(Address, { minItems: 1, maxItems: 100 })),
  min_prefixlen: Type.Optional(Length),
  max_prefixlen: Type.Optional(Length),
  default_prefixlen: Type.Optional(Length),
  default_quota: Type.Optional(
    Type.Unsafe<number | string | null>({
      type: ['integer', 'string', 'null'],
      minimum: 0,
      maximum: 2_147_483_647,
      pattern: '^\\d{1,9}$',
    }),
  ),
  is_default: Type.Optional(Type.Boolean()),
  address_scope_id: Type.Optional(textOrNull(64)),
};
const NewSubnetPool = Type.Object(
  {
    ...changeable,
    prefixes: Type.Array(Address, { minItems: 1, maxItems: 100 }),
    shared: Type.Optional(Type.Boolean()),
    project_id: Type.Optional(Id),
    tenant_id: Type.Optional(Id),
  },
  strict,
);
export type NewSubnetPool = Static<typeof NewSubnetPool>;
export type SubnetPoolUpdate = Updated<'subnetpool', typeof changeable>;
export const { create: createSubnetPoolBody, update: updateSubnetPoolBody } = bodiesOf('subnetpool', 'subnetpools', {
  created: NewSubnetPool,
  changeable,
});

/** By what pools are filtered and sorted. */
export const SUBNETPOOL_ATTRIBUTES = {
  ...STANDARD_ATTRIBUTES,
  ip_version: member.integer('ipVersion'),
  min_prefixlen: member.integer('minPrefixlen'),
  max_prefixlen: member.integer('maxPrefixlen'),
  default_prefixlen: member.integer('defaultPrefixlen'),
  default_quota: member.integer('defaultQuota'),
  shared: member.boolean('shared'),
  is_default: member.boolean('isDefault'),
  address_scope_id: member.text('addressScopeId'),
};
export const listSubnetPoolsQuery = always(listQuery(SUBNETPOOL_ATTRIBUTES));

export const {
  show: showSubnetPoolResponse,
  list: listSubnetPoolsResponse,
  create: createSubnetPoolResponse,
} = responsesOf(
  'subnetpool',
  'subnetpools',
  shape({
    ...standardMembers,
    name: string,
    ip_version: integer,
    prefixes: arrayOf(string),
    min_prefixlen: integer,
    max_prefixlen: integer,
    default_prefixlen: integer,
    default_quota: integerOrNull,
    shared: flag,
    is_default: flag,
    address_scope_id: stringOrNull,
  }),
);
