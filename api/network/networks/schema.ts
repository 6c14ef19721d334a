import { type Static, Type } from 'typebox';
import { createBody } from '../create-body.ts';

const Name = Type.String({ maxLength: 255 });
const nullableText = Type.Union([Type.String(), Type.Null()]);
const strict = { additionalProperties: false };

const changeable = {
  name: Type.Optional(Name),
  description: Type.Optional(Name),
  admin_state_up: Type.Optional(Type.Boolean()),
  shared: Type.Optional(Type.Boolean()),
  'router:external': Type.Optional(Type.Boolean()),
  mtu: Type.Optional(Type.Integer({ minimum: 68, maximum: 65_535 })),
  port_security_enabled: Type.Optional(Type.Boolean()),
  is_default: Type.Optional(Type.Boolean()),
};
const NewNetwork = Type.Object(
  {
    ...changeable,
    project_id: Type.Optional(Type.String()),
    tenant_id: Type.Optional(Type.String()),
    availability_zone_hints: Type.Optional(Type.Array(Type.String())),
    'provider:network_type': Type.Optional(
      Type.Union([Type.Literal('flat'), Type.Literal('vlan'), Type.Literal('vxlan')]),
    ),
    'provider:physical_network': Type.Optional(nullableText),
    /** Clients write the number as text, too. */
    'provider:segmentation_id': Type.Optional(
      Type.Union([Type.Integer(), Type.String({ pattern: '^\\d{1,8}$' }), Type.Null()]),
    ),
  },
  strict,
);
export type NewNetwork = Static<typeof NewNetwork>;
export const NetworkCreate = createBody('network', 'networks', NewNetwork);
export const NetworkUpdate = Type.Object({ network: Type.Object(changeable, strict) }, strict);
export type NetworkUpdate = Static<typeof NetworkUpdate>;

/** What only an admin may say. */
export const ADMIN_KEYS = [
  'shared',
  'router:external',
  'is_default',
  'provider:network_type',
  'provider:physical_network',
  'provider:segmentation_id',
] as const;
