import { type Static, Type } from 'typebox';
import { always } from '../../http/by-version.ts';
import { constant, listQuery, member } from '../../http/listing.ts';
import { arrayOf, orNull, string } from '../../http/parameter-types.ts';
import { flag, shape, stringOrNull } from '../../http/response-types.ts';
import { jsonSchema } from '../../http/typebox-schema.ts';
import { Address, bodiesOf, Id, Name, strict, textOrNull, type Updated } from '../request-types.ts';
import { responsesOf, standardMembers } from '../response-types.ts';
import { STANDARD_ATTRIBUTES } from '../standard-attributes.ts';

const ExternalAddress = Type.Object(
  { subnet_id: Type.Optional(Id), ip_address: Type.Optional(Address) },
  { ...strict, minProperties: 1 },
);
const Gateway = Type.Object(
  {
    network_id: Type.Optional(Id),
    enable_snat: Type.Optional(Type.Boolean()),
    external_fixed_ips: Type.Optional(Type.Array(ExternalAddress, { maxItems: 10 })),
    /** Given, it is refused in words. */
    qos_policy_id: Type.Optional(textOrNull(64)),
  },
  strict,
);
export type GivenGateway = Static<typeof Gateway>;
/** A bound for lists in bodies; how many routes a router may have is checked with those that it has. */
const Routes = Type.Array(Type.Object({ destination: Address, nexthop: Address }, strict), { maxItems: 1_000 });
export type GivenRoute = Static<typeof Routes>[number];

const changeable = {
  name: Type.Optional(Name),
  description: Type.Optional(Name),
  admin_state_up: Type.Optional(Type.Boolean()),
  /** Null, or empty: none. */
  external_gateway_info: Type.Optional(Type.Union([Gateway, Type.Null()])),
  routes: Type.Optional(Type.Union([Routes, Type.Null()])),
  /** Every router stands on all hosts. */
  distributed: Type.Optional(Type.Literal(true)),
  ha: Type.Optional(Type.Literal(false)),
};
const NewRouter = Type.Object(
  {
    ...changeable,
    project_id: Type.Optional(Id),
    tenant_id: Type.Optional(Id),
    availability_zone_hints: Type.Optional(Type.Array(Type.String(), { maxItems: 100 })),
    flavor_id: Type.Optional(Type.Null()),
  },
  strict,
);
export type NewRouter = Static<typeof NewRouter>;
export type RouterUpdate = Updated<'router', typeof changeable>;
export const { create: createRouterBody, update: updateRouterBody } = bodiesOf('router', 'routers', {
  created: NewRouter,
  changeable,
});

const Interface = Type.Object({ subnet_id: Type.Optional(Id), port_id: Type.Optional(Id) }, strict);
export type GivenInterface = Static<typeof Interface>;
export const interfaceBody = always(jsonSchema(Interface));
const RoutesBody = Type.Object({ router: Type.Object({ routes: Routes }, strict) }, strict);
export type RoutesBody = Static<typeof RoutesBody>;
export const routesBody = always(jsonSchema(RoutesBody));

/** By what routers are filtered and sorted. */
export const ROUTER_ATTRIBUTES = {
  ...STANDARD_ATTRIBUTES,
  admin_state_up: member.boolean('adminStateUp'),
  status: constant('ACTIVE'),
  distributed: constant(true),
  ha: constant(false),
  flavor_id: constant(null),
};
export const listRoutersQuery = always(listQuery(ROUTER_ATTRIBUTES));

export const {
  show: showRouterResponse,
  list: listRoutersResponse,
  create: createRouterResponse,
} = responsesOf(
  'router',
  'routers',
  shape({
    ...standardMembers,
    name: string,
    admin_state_up: flag,
    status: string,
    external_gateway_info: orNull(
      shape({
        network_id: string,
        enable_snat: flag,
        external_fixed_ips: arrayOf(shape({ subnet_id: string, ip_address: string })),
      }),
    ),
    routes: arrayOf(shape({ destination: string, nexthop: string })),
    'distributed?': flag,
    'ha?': flag,
    availability_zones: arrayOf(string),
    availability_zone_hints: arrayOf(string),
    flavor_id: stringOrNull,
  }),
);
export const interfaceResponse = always(
  shape({
    id: string,
    project_id: string,
    tenant_id: string,
    port_id: string,
    network_id: string,
    subnet_id: string,
    subnet_ids: arrayOf(string),
  }),
);
