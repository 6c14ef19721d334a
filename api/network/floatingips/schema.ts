import { type Static, Type } from 'typebox';
import { always } from '../../http/by-version.ts';
import { constant, listQuery, member } from '../../http/listing.ts';
import { arrayOf, orNull, string } from '../../http/parameter-types.ts';
import { flag, shape, stringOrNull } from '../../http/response-types.ts';
import { canonicalIp } from '../canonical.ts';
import { bodiesOf, Id, Name, strict, textOrNull, type Updated } from '../request-types.ts';
import { responsesOf, standardMembers } from '../response-types.ts';
import { STANDARD_ATTRIBUTES } from '../standard-attributes.ts';
import { portMembers } from './port-forwardings/schema.ts';

/** Null, or absent: none, or any. */
const IdOrNull = Type.Optional(textOrNull(64));
const AddressOrNull = Type.Optional(textOrNull(64));

const changeable = {
  description: Type.Optional(Name),
  port_id: IdOrNull,
  fixed_ip_address: AddressOrNull,
  /** Given, it is refused in words. */
  qos_policy_id: IdOrNull,
};
const NewFloatingIp = Type.Object(
  {
    ...changeable,
    floating_network_id: Id,
    subnet_id: IdOrNull,
    floating_ip_address: AddressOrNull,
    dns_name: Type.Optional(Type.String({ maxLength: 63 })),
    dns_domain: Type.Optional(Name),
    project_id: Type.Optional(Id),
    tenant_id: Type.Optional(Id),
  },
  strict,
);
export type NewFloatingIp = Static<typeof NewFloatingIp>;
export type FloatingIpUpdate = Updated<'floatingip', typeof changeable>;
export const { create: createFloatingIpBody, update: updateFloatingIpBody } = bodiesOf('floatingip', 'floatingips', {
  created: NewFloatingIp,
  changeable,
});

const { name: _nameless, ...standardAttributes } = STANDARD_ATTRIBUTES;
/** By what floating addresses are filtered and sorted. */
export const FLOATING_IP_ATTRIBUTES = {
  ...standardAttributes,
  floating_network_id: member.text('floatingNetworkId'),
  floating_ip_address: member.text('floatingAddress', canonicalIp),
  port_id: member.text('fixedPortId'),
  fixed_ip_address: member.text('fixedAddress', canonicalIp),
  router_id: member.text('routerId'),
  status: member.text('status'),
  dns_name: member.text('dnsName'),
  dns_domain: member.text('dnsDomain'),
  qos_policy_id: constant(null),
};
export const listFloatingIpsQuery = always(listQuery(FLOATING_IP_ATTRIBUTES));

export const {
  show: showFloatingIpResponse,
  list: listFloatingIpsResponse,
  create: createFloatingIpResponse,
} = responsesOf(
  'floatingip',
  'floatingips',
  shape({
    ...standardMembers,
    floating_network_id: string,
    floating_ip_address: string,
    port_id: stringOrNull,
    fixed_ip_address: stringOrNull,
    router_id: stringOrNull,
    status: string,
    dns_name: string,
    dns_domain: string,
    port_details: orNull(
      shape({
        ...{ name: string, network_id: string, mac_address: string, admin_state_up: flag, status: string },
        ...{ device_id: string, device_owner: string },
      }),
    ),
    port_forwardings: arrayOf(shape({ ...portMembers, protocol: string, internal_ip_address: string })),
  }),
);
