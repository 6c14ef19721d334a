import type { NetworkRecord } from '#platform/directory/stores/networks.ts';
import { ADMIN, ANYBODY, authorize, MEMBER, type Policy } from '../../http/policy.ts';
import type { Caller } from '../../identity/caller.ts';
import { attributePolicy, authorizeAttributes, networkPolicy } from '../policy.ts';
import { isPlugged } from './is-plugged.ts';
import type { NewPort } from './schema.ts';

/** What a caller may not know of is not found; the store decides that by owner and network. */
export const GET_PORT = networkPolicy('get_port', ANYBODY);
export const CREATE_PORT = networkPolicy('create_port', MEMBER);
export const UPDATE_PORT = networkPolicy('update_port', MEMBER);
export const DELETE_PORT = networkPolicy('delete_port', MEMBER);

const ADMIN_KEYS = ['binding:host_id', 'binding:profile'] as const;

/**
 * Only an admin writes that a server owns a port (the servers' API does so otherwise), chooses an address or a MAC on a network of
 * another project, or plugs a port into an external network that is not shared.
 * @throws VolvoxError forbidden that names the attribute.
 */
export function authorizePort(rule: Policy, caller: Caller, network: NetworkRecord, given: Partial<NewPort>): void {
  const refuse = (attribute: string): void => authorize(attributePolicy(rule, attribute, ADMIN), caller);
  authorizeAttributes(rule, caller, given, ADMIN_KEYS);
  if (isPlugged(given.device_owner ?? '')) refuse('device_owner');
  if (caller.projectId === network.projectId) return;
  if (network.external && !network.shared) authorize(networkPolicy(rule.rule, ADMIN), caller);
  if (given.mac_address !== undefined) refuse('mac_address');
  if (given.fixed_ips?.some((requested) => requested.ip_address !== undefined)) refuse('fixed_ips');
}
