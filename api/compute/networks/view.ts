import type { NetworkRecord } from '#platform/directory/stores/networks.ts';

/** Members that networks had before the Network API. Nova shows them empty since it lost its own networks. */
export const EMPTY = [
  ...['cidr', 'netmask', 'gateway', 'broadcast', 'dns1', 'dns2', 'cidr_v6', 'gateway_v6', 'netmask_v6'],
] as const;
/** Only admins see these. */
export const EMPTY_FOR_ADMINS = [
  ...['created_at', 'updated_at', 'deleted_at', 'deleted', 'injected', 'bridge', 'vlan', 'vpn_public_address'],
  ...['vpn_public_port', 'vpn_private_address', 'dhcp_start', 'project_id', 'host', 'bridge_interface', 'multi_host'],
  ...['priority', 'rxtx_base', 'mtu', 'dhcp_server', 'enable_dhcp', 'share_address'],
] as const;

const empty = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, null]));

export const networkView = ({ id, name }: NetworkRecord, isAdmin: boolean): Record<string, unknown> => ({
  id,
  label: name,
  ...empty(EMPTY),
  ...(isAdmin ? empty(EMPTY_FOR_ADMINS) : {}),
});

/** `cidr` is the text `None` in every answer of Nova. */
export const tenantNetworkView = ({ id, name }: NetworkRecord) => ({ id, label: name, cidr: 'None' });
