import { type Static, Type } from 'typebox';
import { createBody } from '../create-body.ts';

const Name = Type.String({ maxLength: 255 });
const strict = { additionalProperties: false };
const Pool = Type.Object({ start: Type.String(), end: Type.String() }, strict);
const Route = Type.Object({ destination: Type.String(), nexthop: Type.String() }, strict);

const changeable = {
  name: Type.Optional(Name),
  description: Type.Optional(Name),
  enable_dhcp: Type.Optional(Type.Boolean()),
  gateway_ip: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  allocation_pools: Type.Optional(Type.Array(Pool, { maxItems: 100 })),
  dns_nameservers: Type.Optional(Type.Array(Type.String(), { maxItems: 5 })),
  host_routes: Type.Optional(Type.Array(Route, { maxItems: 20 })),
};
/** Attributes of things that are not offered; clients send them empty. */
const unoffered = {
  ipv6_ra_mode: Type.Optional(Type.Null()),
  ipv6_address_mode: Type.Optional(Type.Null()),
  subnetpool_id: Type.Optional(Type.Null()),
  segment_id: Type.Optional(Type.Null()),
  service_types: Type.Optional(Type.Array(Type.String(), { maxItems: 0 })),
};
const NewSubnet = Type.Object(
  {
    ...changeable,
    ...unoffered,
    network_id: Type.String(),
    cidr: Type.String(),
    ip_version: Type.Union([Type.Literal(4), Type.Literal(6)]),
    project_id: Type.Optional(Type.String()),
    tenant_id: Type.Optional(Type.String()),
  },
  strict,
);
export type NewSubnet = Static<typeof NewSubnet>;
export const SubnetCreate = createBody('subnet', 'subnets', NewSubnet);
export const SubnetUpdate = Type.Object(
  { subnet: Type.Object({ ...changeable, service_types: unoffered.service_types }, strict) },
  strict,
);
export type SubnetUpdate = Static<typeof SubnetUpdate>;
