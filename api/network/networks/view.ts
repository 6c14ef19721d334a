import type { NetworkRecord } from '#platform/directory/stores/networks.ts';
import type { Authorizing } from '../../http/policy.ts';
import { visibleAttributes } from '../policy.ts';
import { standardView } from '../standard-attributes.ts';
import { SEES } from './policy.ts';

export const networkView = (network: NetworkRecord, subnetIds: readonly string[], caller: Authorizing) => ({
  ...standardView(network),
  admin_state_up: network.adminStateUp,
  status: 'ACTIVE',
  shared: network.shared,
  'router:external': network.external,
  mtu: network.mtu,
  subnets: subnetIds,
  port_security_enabled: network.portSecurityEnabled,
  is_default: false,
  availability_zone_hints: [],
  availability_zones: [],
  ipv4_address_scope: null,
  ipv6_address_scope: null,
  ...visibleAttributes(SEES, caller, network.projectId, {
    'provider:network_type': network.segmentType,
    'provider:physical_network': network.physicalNetwork === '' ? null : network.physicalNetwork,
    'provider:segmentation_id': network.segmentId,
  }),
});
