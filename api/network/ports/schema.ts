import { type Static, Type } from 'typebox';
import { createBody } from '../create-body.ts';

const Name = Type.String({ maxLength: 255 });
const strict = { additionalProperties: false };
const empty = Type.Optional(Type.Array(Type.Unknown(), { maxItems: 0 }));
const FixedIpWish = Type.Object(
  { subnet_id: Type.Optional(Type.String()), ip_address: Type.Optional(Type.String()) },
  { ...strict, minProperties: 1 },
);
export type FixedIpWish = Static<typeof FixedIpWish>;

const changeable = {
  name: Type.Optional(Name),
  description: Type.Optional(Name),
  admin_state_up: Type.Optional(Type.Boolean()),
  device_id: Type.Optional(Name),
  device_owner: Type.Optional(Name),
  fixed_ips: Type.Optional(Type.Array(FixedIpWish, { maxItems: 5 })),
  mac_address: Type.Optional(Type.String()),
  security_groups: Type.Optional(Type.Array(Type.String())),
  dns_name: Type.Optional(Type.String({ maxLength: 63 })),
  port_security_enabled: Type.Optional(Type.Boolean()),
  allowed_address_pairs: empty,
  extra_dhcp_opts: empty,
  'binding:host_id': Type.Optional(Type.Union([Type.String(), Type.Null()])),
  'binding:vnic_type': Type.Optional(Type.Literal('normal')),
  'binding:profile': Type.Optional(Type.Record(Type.String(), Type.Unknown(), { maxProperties: 0 })),
  qos_policy_id: Type.Optional(Type.Null()),
};
const NewPort = Type.Object(
  {
    ...changeable,
    network_id: Type.String(),
    project_id: Type.Optional(Type.String()),
    tenant_id: Type.Optional(Type.String()),
  },
  strict,
);
export type NewPort = Static<typeof NewPort>;
export const PortCreate = createBody('port', 'ports', NewPort);
export const PortUpdate = Type.Object({ port: Type.Object(changeable, strict) }, strict);
export type PortUpdate = Static<typeof PortUpdate>;

export const ADMIN_KEYS = ['binding:host_id', 'binding:profile'] as const;
