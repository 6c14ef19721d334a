import { type Static, Type } from 'typebox';
import { always } from '../../http/by-version.ts';
import { constant, listQuery, member } from '../../http/listing.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { emptyList, flag, integer, shape, stringOrNull } from '../../http/response-types.ts';
import { canonicalCidr, canonicalIp } from '../canonical.ts';
import {
  Address,
  textOrNull as addressOrNull,
  bodiesOf,
  emptyArray,
  Id,
  Name,
  oneOfValues,
  strict,
  type Updated,
} from '../request-types.ts';
import { responsesOf, standardMembers } from '../response-types.ts';
import { STANDARD_ATTRIBUTES } from '../standard-attributes.ts';

const Pool = Type.Object({ start: Address, end: Address }, strict);
const HostRoute = Type.Object({ destination: Address, nexthop: Address }, strict);

const changeable = {
  name: Type.Optional(Name),
  description: Type.Optional(Name),
  enable_dhcp: Type.Optional(Type.Boolean()),
  gateway_ip: Type.Optional(addressOrNull(64)),
  allocation_pools: Type.Optional(Type.Array(Pool, { maxItems: 100 })),
  dns_nameservers: Type.Optional(Type.Array(Address, { maxItems: 5 })),
  host_routes: Type.Optional(Type.Array(HostRoute, { maxItems: 20 })),
  service_types: emptyArray,
};
/** Attributes of things that are not offered; clients send them empty. */
const unoffered = {
  ipv6_ra_mode: Type.Optional(Type.Null()),
  ipv6_address_mode: Type.Optional(Type.Null()),
  segment_id: Type.Optional(Type.Null()),
};
const NewSubnet = Type.Object(
  {
    ...changeable,
    ...unoffered,
    network_id: Id,
    /** Absent: out of a pool. */
    cidr: Type.Optional(Address),
    subnetpool_id: Type.Optional(addressOrNull(64)),
    use_default_subnetpool: Type.Optional(Type.Boolean()),
    /** Clients write the number as text, too. */
    prefixlen: Type.Optional(
      Type.Unsafe<number | string>({ type: ['integer', 'string'], minimum: 0, maximum: 128, pattern: '^\\d{1,3}$' }),
    ),
    ip_version: oneOfValues([4, 6]),
    project_id: Type.Optional(Id),
    tenant_id: Type.Optional(Id),
  },
  strict,
);
export type NewSubnet = Static<typeof NewSubnet>;
export type SubnetUpdate = Updated<'subnet', typeof changeable>;
export const { create: createSubnetBody, update: updateSubnetBody } = bodiesOf('subnet', 'subnets', {
  created: NewSubnet,
  changeable,
});

/** By what subnets are filtered and sorted. */
export const SUBNET_ATTRIBUTES = {
  ...STANDARD_ATTRIBUTES,
  network_id: member.text('networkId'),
  ip_version: member.integer('ipVersion'),
  cidr: member.text('cidr', canonicalCidr),
  gateway_ip: member.text('gatewayIp', canonicalIp),
  enable_dhcp: member.boolean('enableDhcp'),
  ipv6_ra_mode: constant(null),
  ipv6_address_mode: constant(null),
  subnetpool_id: member.text('subnetPoolId'),
  segment_id: constant(null),
  service_types: constant(null),
};
export const listSubnetsQuery = always(listQuery(SUBNET_ATTRIBUTES));

const subnet = shape({
  ...standardMembers,
  network_id: string,
  name: string,
  ip_version: integer,
  cidr: string,
  gateway_ip: stringOrNull,
  enable_dhcp: flag,
  allocation_pools: arrayOf(shape({ start: string, end: string })),
  dns_nameservers: arrayOf(string),
  host_routes: arrayOf(shape({ destination: string, nexthop: string })),
  ipv6_ra_mode: stringOrNull,
  ipv6_address_mode: stringOrNull,
  subnetpool_id: stringOrNull,
  segment_id: stringOrNull,
  service_types: emptyList,
});
export const {
  show: showSubnetResponse,
  list: listSubnetsResponse,
  create: createSubnetResponse,
} = responsesOf('subnet', 'subnets', subnet);
