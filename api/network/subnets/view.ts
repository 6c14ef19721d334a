import type { SubnetRecord } from '#platform/directory/stores/subnets.ts';
import { standardView } from '../standard-attributes.ts';

export const subnetView = (subnet: SubnetRecord) => ({
  ...standardView(subnet),
  network_id: subnet.networkId,
  ip_version: subnet.ipVersion,
  cidr: subnet.cidr,
  gateway_ip: subnet.gatewayIp,
  enable_dhcp: subnet.enableDhcp,
  allocation_pools: subnet.allocationPools,
  dns_nameservers: subnet.dnsNameservers,
  host_routes: subnet.hostRoutes,
  ipv6_ra_mode: null,
  ipv6_address_mode: null,
  subnetpool_id: subnet.subnetPoolId,
  segment_id: null,
  service_types: [],
});
