import type { NetworkRow } from '#platform/directory/stores/networks.ts';
import { standardView } from '../standard-attributes.ts';

/** Provider attributes are an admin's to see. */
export const networkView = (row: NetworkRow, subnetIds: readonly string[], isAdmin: boolean) => ({
  ...standardView(row),
  admin_state_up: row.admin_state_up === 1,
  status: 'ACTIVE',
  shared: row.shared === 1,
  'router:external': row.external === 1,
  mtu: row.mtu,
  subnets: subnetIds,
  port_security_enabled: true,
  is_default: false,
  availability_zone_hints: [],
  availability_zones: [],
  ipv4_address_scope: null,
  ipv6_address_scope: null,
  ...(isAdmin
    ? {
        'provider:network_type': row.segment_type,
        'provider:physical_network': row.physical_network === '' ? null : row.physical_network,
        'provider:segmentation_id': row.segment_id,
      }
    : {}),
});
