import { type Static, Type } from 'typebox';
import { always } from '../../http/by-version.ts';
import { constant, listQuery, member } from '../../http/listing.ts';
import { arrayOf, string } from '../../http/parameter-types.ts';
import { emptyList, flag, integer, integerOrNull, shape, stringOrNull } from '../../http/response-types.ts';
import {
  bodiesOf,
  Id,
  Name,
  oneOfValues,
  textOrNull as shortTextOrNull,
  strict,
  type Updated,
} from '../request-types.ts';
import { responsesOf, standardMembers } from '../response-types.ts';
import { STANDARD_ATTRIBUTES } from '../standard-attributes.ts';

const changeable = {
  name: Type.Optional(Name),
  description: Type.Optional(Name),
  admin_state_up: Type.Optional(Type.Boolean()),
  shared: Type.Optional(Type.Boolean()),
  'router:external': Type.Optional(Type.Boolean()),
  /** Clients write the number as text, too. */
  mtu: Type.Optional(
    Type.Unsafe<number | string>({ type: ['integer', 'string'], minimum: 68, maximum: 65_535, pattern: '^\\d{2,5}$' }),
  ),
  port_security_enabled: Type.Optional(Type.Boolean()),
  is_default: Type.Optional(Type.Boolean()),
  qos_policy_id: Type.Optional(shortTextOrNull(64)),
  dns_domain: Type.Optional(Name),
};
const NewNetwork = Type.Object(
  {
    ...changeable,
    project_id: Type.Optional(Id),
    tenant_id: Type.Optional(Id),
    availability_zone_hints: Type.Optional(Type.Array(Type.String())),
    'provider:network_type': Type.Optional(oneOfValues(['flat', 'vlan', 'vxlan'])),
    'provider:physical_network': Type.Optional(shortTextOrNull(64)),
    /** Clients write the number as text, too. */
    'provider:segmentation_id': Type.Optional(
      Type.Unsafe<number | string | null>({ type: ['integer', 'string', 'null'], pattern: '^\\d{1,8}$' }),
    ),
  },
  strict,
);
export type NewNetwork = Static<typeof NewNetwork>;
export type NetworkUpdate = Updated<'network', typeof changeable>;
export const { create: createNetworkBody, update: updateNetworkBody } = bodiesOf('network', 'networks', {
  created: NewNetwork,
  changeable,
});

/** By what networks are filtered and sorted. */
export const NETWORK_ATTRIBUTES = {
  ...STANDARD_ATTRIBUTES,
  admin_state_up: member.boolean('adminStateUp'),
  status: constant('ACTIVE'),
  shared: member.boolean('shared'),
  'router:external': member.boolean('external'),
  mtu: member.integer('mtu'),
  port_security_enabled: member.boolean('portSecurityEnabled'),
  is_default: constant(false),
  qos_policy_id: member.text('qosPolicyId'),
  dns_domain: member.text('dnsDomain'),
  availability_zone_hints: constant(null),
  availability_zones: constant(null),
  'provider:network_type': member.text('segmentType'),
  'provider:physical_network': member.text('physicalNetwork'),
  'provider:segmentation_id': member.integer('segmentId'),
};
export const listNetworksQuery = always(listQuery(NETWORK_ATTRIBUTES));

const network = shape({
  ...standardMembers,
  name: string,
  admin_state_up: flag,
  status: string,
  shared: flag,
  'router:external': flag,
  mtu: integer,
  subnets: arrayOf(string),
  port_security_enabled: flag,
  is_default: flag,
  qos_policy_id: stringOrNull,
  dns_domain: string,
  availability_zone_hints: emptyList,
  availability_zones: emptyList,
  ipv4_address_scope: stringOrNull,
  ipv6_address_scope: stringOrNull,
  'provider:network_type?': string,
  'provider:physical_network?': stringOrNull,
  'provider:segmentation_id?': integerOrNull,
});
export const {
  show: showNetworkResponse,
  list: listNetworksResponse,
  create: createNetworkResponse,
} = responsesOf('network', 'networks', network);
