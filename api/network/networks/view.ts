import type { NetworkRecord } from '#platform/directory/stores/networks.ts';
import { standardView } from '../standard-attributes.ts';

/** Provider attributes are an admin's to see. */
export const networkView = (network: NetworkRecord, subnetIds: readonly string[], isAdmin: boolean) => ({
  ...standardView(network),
  admin_state_up: network.adminStateUp,
  status: 'ACTIVE',
  shared: network.shared,
  'router:external': network.external,
  mtu: network.mtu,
  subnets: subnetIds,
  port_security_enabled: true,
  is_default: false,
  availability_zone_hints: [],
  availability_zones: [],
  ipv4_address_scope: null,
  ipv6_address_scope: null,
  ...(isAdmin
    ? {
        'provider:network_type': network.segmentType,
        'provider:physical_network': network.physicalNetwork === '' ? null : network.physicalNetwork,
        'provider:segmentation_id': network.segmentId,
      }
    : {}),
});
