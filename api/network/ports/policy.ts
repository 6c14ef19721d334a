import type { NetworkRecord } from '#platform/directory/stores/networks.ts';
import { type Authorizing, authorize, type Policy } from '../../http/policy.ts';
import {
  type AttributePolicies,
  attributePolicies,
  authorizeAttributes,
  invalidInput,
  networkPolicy,
} from '../policy.ts';
import { isOfNetwork, isPlugged, isSubport } from './is-plugged.ts';
import type { NewPort } from './schema.ts';

/** What a caller may not know of is not found; the store decides that by owner and network. */
export const GET_PORT = networkPolicy('get_port');
export const CREATE_PORT = networkPolicy('create_port');
export const UPDATE_PORT = networkPolicy('update_port');
export const DELETE_PORT = networkPolicy('delete_port');

/** What only an admin sees, unless the operator says otherwise. */
export const SEES = attributePolicies('get_port', [
  'binding:host_id',
  'binding:profile',
  'binding:vif_type',
  'binding:vif_details',
]);

/** What a request about a port may give besides what every member may. */
interface PortPolicies {
  readonly bindings: AttributePolicies;
  readonly deviceOwner: Policy;
  /** The next five are about a network of another project. */
  readonly externalNetwork: Policy;
  readonly portSecurity: Policy;
  readonly macAddress: Policy;
  readonly fixedIps: Policy;
  readonly addressPairs: Policy;
}
const BINDINGS = ['binding:host_id', 'binding:profile'] as const;

export const CREATE_WITH: PortPolicies = {
  bindings: attributePolicies('create_port', BINDINGS),
  deviceOwner: networkPolicy('create_port:device_owner'),
  externalNetwork: networkPolicy('create_port:external_network', 'create_port'),
  portSecurity: networkPolicy('create_port:port_security_enabled'),
  macAddress: networkPolicy('create_port:mac_address'),
  fixedIps: networkPolicy('create_port:fixed_ips'),
  addressPairs: networkPolicy('create_port:allowed_address_pairs'),
};
export const UPDATE_WITH: PortPolicies = {
  bindings: attributePolicies('update_port', BINDINGS),
  deviceOwner: networkPolicy('update_port:device_owner'),
  externalNetwork: networkPolicy('update_port:external_network', 'update_port'),
  portSecurity: networkPolicy('update_port:port_security_enabled'),
  macAddress: networkPolicy('update_port:mac_address'),
  fixedIps: networkPolicy('update_port:fixed_ips'),
  addressPairs: networkPolicy('update_port:allowed_address_pairs'),
};

/**
 * Only an admin writes that a server owns a port (the servers' API does so otherwise), chooses an address, a MAC, address pairs or the port
 * security on a network of another project, or plugs a port into an external network that is not shared.
 * @throws VolvoxError forbidden that names the attribute; invalid for an owner that is no user's to write.
 */
export function authorizePort(
  rules: PortPolicies,
  caller: Authorizing,
  network: NetworkRecord,
  given: Partial<NewPort>,
): void {
  authorizeAttributes(rules.bindings, caller, given);
  if (isPlugged(given.device_owner ?? '')) authorize(rules.deviceOwner, caller);
  if (isOfNetwork(given.device_owner ?? '') || isSubport(given.device_owner ?? ''))
    throw invalidInput(
      `Invalid input for device_owner. Reason: '${given.device_owner}' is written when the port is given to a router, a floating address or a trunk.`,
    );
  if (caller.projectId === network.projectId) return;
  if (network.external && !network.shared) authorize(rules.externalNetwork, caller);
  if (given.port_security_enabled !== undefined) authorize(rules.portSecurity, caller);
  if (given.mac_address !== undefined) authorize(rules.macAddress, caller);
  if (given.allowed_address_pairs !== undefined) authorize(rules.addressPairs, caller);
  if (given.fixed_ips?.some((requested) => requested.ip_address !== undefined)) authorize(rules.fixedIps, caller);
}
