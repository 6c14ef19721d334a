import { type Authorizing, authorize } from '../../http/policy.ts';
import { attributePolicies, authorizeAttributes, networkPolicy } from '../policy.ts';

export const GET_ROUTER = networkPolicy('get_router');
export const CREATE_ROUTER = networkPolicy('create_router');
export const UPDATE_ROUTER = networkPolicy('update_router');
export const DELETE_ROUTER = networkPolicy('delete_router');
export const ADD_INTERFACE = networkPolicy('add_router_interface');
export const REMOVE_INTERFACE = networkPolicy('remove_router_interface');
export const ADD_ROUTES = networkPolicy('add_extraroutes');
export const REMOVE_ROUTES = networkPolicy('remove_extraroutes');

/** What only an admin sees, and gives, unless the operator says otherwise: of what kind a router is. */
const KIND = ['distributed', 'ha'] as const;
export const SEES = attributePolicies('get_router', KIND);
const GIVES = { create: attributePolicies('create_router', KIND), update: attributePolicies('update_router', KIND) };

/** @throws VolvoxError forbidden that names the attribute. */
export const authorizeKind = (verb: 'create' | 'update', caller: Authorizing, given: object): void =>
  authorizeAttributes(GIVES[verb], caller, given);

/** The parts of `external_gateway_info` that only an admin may give, unless the operator says otherwise. */
interface GatewayRules {
  readonly enable_snat: ReturnType<typeof networkPolicy>;
  readonly external_fixed_ips: ReturnType<typeof networkPolicy>;
}
const CREATE_GATEWAY: GatewayRules = {
  enable_snat: networkPolicy('create_router:external_gateway_info:enable_snat'),
  external_fixed_ips: networkPolicy('create_router:external_gateway_info:external_fixed_ips'),
};
const UPDATE_GATEWAY: GatewayRules = {
  enable_snat: networkPolicy('update_router:external_gateway_info:enable_snat'),
  external_fixed_ips: networkPolicy('update_router:external_gateway_info:external_fixed_ips'),
};

/** @throws VolvoxError forbidden that names the first part of the gateway that the caller may not give. */
export function authorizeGateway(verb: 'create' | 'update', caller: Authorizing, given: object): void {
  const rules = verb === 'create' ? CREATE_GATEWAY : UPDATE_GATEWAY;
  for (const part of ['enable_snat', 'external_fixed_ips'] as const)
    if (Object.hasOwn(given, part)) authorize(rules[part], caller);
}
