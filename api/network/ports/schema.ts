import { type Static, Type } from 'typebox';
import { always } from '../../http/by-version.ts';
import { constant, listQuery, member } from '../../http/listing.ts';
import { arrayOf, several, string } from '../../http/parameter-types.ts';
import { flag, shape, stringOrNull } from '../../http/response-types.ts';
import type { Schema } from '../../http/validator.ts';
import { canonicalMac } from '../canonical.ts';
import { Address, bodiesOf, Id, Name, oneOfValues, strict, textOrNull, type Updated } from '../request-types.ts';
import { responsesOf, standardMembers } from '../response-types.ts';
import { STANDARD_ATTRIBUTES } from '../standard-attributes.ts';
import { Tags } from '../tags/schema.ts';
import { trunkDetails } from '../trunks/schema.ts';

const RequestedFixedIp = Type.Object(
  { subnet_id: Type.Optional(Id), ip_address: Type.Optional(Address) },
  { ...strict, minProperties: 1 },
);
export type RequestedFixedIp = Static<typeof RequestedFixedIp>;

/** Without an address it is refused in Neutron's words (address-pairs.ts). */
const RequestedPair = Type.Object({ ip_address: Type.Optional(Address), mac_address: Type.Optional(Address) }, strict);
export type RequestedPair = Static<typeof RequestedPair>;

const RequestedOption = Type.Object(
  {
    opt_name: Type.String({ minLength: 1, maxLength: 64 }),
    opt_value: Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength: 255 }),
    ip_version: Type.Optional(oneOfValues([4, 6, '4', '6'])),
  },
  strict,
);
export type RequestedOption = Static<typeof RequestedOption>;

const changeable = {
  name: Type.Optional(Name),
  description: Type.Optional(Name),
  admin_state_up: Type.Optional(Type.Boolean()),
  device_id: Type.Optional(Name),
  device_owner: Type.Optional(Name),
  fixed_ips: Type.Optional(Type.Array(RequestedFixedIp, { maxItems: 5 })),
  mac_address: Type.Optional(Address),
  security_groups: Type.Optional(Type.Array(Id)),
  dns_name: Type.Optional(Type.String({ maxLength: 63 })),
  port_security_enabled: Type.Optional(Type.Boolean()),
  allowed_address_pairs: Type.Optional(Type.Array(RequestedPair, { maxItems: 100 })),
  extra_dhcp_opts: Type.Optional(Type.Array(RequestedOption, { maxItems: 100 })),
  propagate_uplink_status: Type.Optional(Type.Boolean()),
  'binding:host_id': Type.Optional(Type.Unsafe<string | null>({ type: ['string', 'null'], maxLength: 255 })),
  'binding:vnic_type': Type.Optional(oneOfValues(['normal'])),
  'binding:profile': Type.Optional(Type.Record(Type.String(), Type.Unknown(), { maxProperties: 0 })),
  /** null: none of its own. */
  qos_policy_id: Type.Optional(textOrNull(64)),
};
const NewPort = Type.Object(
  {
    ...changeable,
    network_id: Id,
    project_id: Type.Optional(Id),
    tenant_id: Type.Optional(Id),
    tags: Type.Optional(Tags),
  },
  strict,
);
export type NewPort = Static<typeof NewPort>;
export type PortUpdate = Updated<'port', typeof changeable>;
export const { create: createPortBody, update: updatePortBody } = bodiesOf('port', 'ports', {
  created: NewPort,
  changeable,
});

/** By what ports are filtered and sorted. Where a port is plugged is empty in every view, so that no host matches. */
export const PORT_ATTRIBUTES = {
  ...STANDARD_ATTRIBUTES,
  network_id: member.text('networkId'),
  mac_address: member.text('mac', canonicalMac),
  admin_state_up: member.boolean('adminStateUp'),
  device_id: member.text('deviceId'),
  device_owner: member.text('deviceOwner'),
  status: member.text('status'),
  dns_name: member.text('dnsName'),
  port_security_enabled: member.boolean('portSecurityEnabled'),
  security_groups: member.list('securityGroupIds'),
  propagate_uplink_status: member.boolean('propagateUplinkStatus'),
  qos_policy_id: member.text('qosPolicyId'),
  'binding:host_id': constant(''),
  'binding:vif_type': constant('bridge'),
  'binding:vnic_type': constant('normal'),
};
/** `ip_address=10.0.0.5`, `subnet_id=…` and `ip_address_substr=0.5`, several of them with commas between; each must hold. */
const fixedIpsParameter = several({
  type: 'string',
  pattern: '^(ip_address|subnet_id|ip_address_substr)=[^,]*(,(ip_address|subnet_id|ip_address_substr)=[^,]*)*$',
});
export const listPortsQuery = always(
  listQuery(PORT_ATTRIBUTES, { fixed_ips: fixedIpsParameter, qos_network_policy_id: several(string) }),
);

const nothingInIt: Schema = { type: 'object', maxProperties: 0 };
const port = shape({
  ...standardMembers,
  network_id: string,
  name: string,
  mac_address: string,
  admin_state_up: flag,
  status: string,
  device_id: string,
  device_owner: string,
  fixed_ips: arrayOf(shape({ subnet_id: string, ip_address: string })),
  security_groups: arrayOf(string),
  port_security_enabled: flag,
  dns_name: string,
  dns_assignment: arrayOf(shape({ ip_address: string, hostname: string, fqdn: string })),
  allowed_address_pairs: arrayOf(shape({ ip_address: string, mac_address: string })),
  extra_dhcp_opts: arrayOf(shape({ opt_name: string, opt_value: string, ip_version: { type: 'integer' } })),
  propagate_uplink_status: flag,
  qos_policy_id: stringOrNull,
  qos_network_policy_id: stringOrNull,
  'binding:vnic_type': string,
  'binding:host_id?': string,
  'binding:vif_type?': string,
  'binding:vif_details?': nothingInIt,
  'binding:profile?': nothingInIt,
  'trunk_details?': trunkDetails,
});
export const {
  show: showPortResponse,
  list: listPortsResponse,
  create: createPortResponse,
} = responsesOf('port', 'ports', port);
