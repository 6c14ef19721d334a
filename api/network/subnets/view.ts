import { fromJson } from '#platform/database/json-column.ts';
import type { SubnetRow } from '#platform/directory/stores/subnets.ts';
import { standardView } from '../standard-attributes.ts';

export const subnetView = (row: SubnetRow) => ({
  ...standardView(row),
  network_id: row.network_id,
  ip_version: row.ip_version,
  cidr: row.cidr,
  gateway_ip: row.gateway_ip,
  enable_dhcp: row.enable_dhcp === 1,
  allocation_pools: fromJson<unknown>(row.allocation_pools),
  dns_nameservers: fromJson<unknown>(row.dns_nameservers),
  host_routes: fromJson<unknown>(row.host_routes),
  ipv6_ra_mode: null,
  ipv6_address_mode: null,
  subnetpool_id: null,
  segment_id: null,
  service_types: [],
});
