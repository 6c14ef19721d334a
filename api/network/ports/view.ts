import { fromJson } from '#platform/database/json-column.ts';
import type { PortRow } from '#platform/directory/stores/ports.ts';
import type { FixedIp } from '#platform/objects/network.ts';
import { standardView } from '../standard-attributes.ts';

/** Where a port is plugged is an admin's to see; the cells know, so it is empty here. */
export const portView = (row: PortRow, isAdmin: boolean) => ({
  ...standardView(row),
  network_id: row.network_id,
  mac_address: row.mac,
  admin_state_up: row.admin_state_up === 1,
  status: row.status,
  device_id: row.device_id,
  device_owner: row.device_owner,
  fixed_ips: fromJson<FixedIp[]>(row.fixed_ips).map((ip) => ({ subnet_id: ip.subnetId, ip_address: ip.address })),
  security_groups: fromJson<string[]>(row.security_group_ids),
  port_security_enabled: row.port_security_enabled === 1,
  dns_name: row.dns_name,
  dns_assignment: [],
  allowed_address_pairs: [],
  extra_dhcp_opts: [],
  qos_policy_id: null,
  'binding:vnic_type': 'normal',
  ...(isAdmin
    ? { 'binding:host_id': '', 'binding:vif_type': 'bridge', 'binding:vif_details': {}, 'binding:profile': {} }
    : {}),
});
