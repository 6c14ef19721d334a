import type { NetworkRecord } from '#platform/directory/stores/networks.ts';
import type { SubnetRecord } from '#platform/directory/stores/subnets.ts';
import type { Authorizing } from '../../http/policy.ts';
import { visibleAttributes } from '../policy.ts';
import { standardView } from '../standard-attributes.ts';
import { SEES } from './policy.ts';

/** The address scope of the pool of a subnet of this version. @param scopes by the id of the pool. */
const scopeOf = (subnets: readonly SubnetRecord[], version: 4 | 6, scopes: ReadonlyMap<string, string>) =>
  subnets.flatMap(({ ipVersion, subnetPoolId }) =>
    ipVersion === version ? (scopes.get(subnetPoolId ?? '') ?? []) : [],
  )[0] ?? null;

export const networkView = (
  network: NetworkRecord,
  subnets: readonly SubnetRecord[],
  scopes: ReadonlyMap<string, string>,
  caller: Authorizing,
) => ({
  ...standardView(network),
  admin_state_up: network.adminStateUp,
  status: 'ACTIVE',
  shared: network.shared,
  'router:external': network.external,
  mtu: network.mtu,
  subnets: subnets.map(({ id }) => id),
  port_security_enabled: network.portSecurityEnabled,
  is_default: false,
  qos_policy_id: network.qosPolicyId,
  dns_domain: network.dnsDomain,
  availability_zone_hints: [],
  availability_zones: [],
  ipv4_address_scope: scopeOf(subnets, 4, scopes),
  ipv6_address_scope: scopeOf(subnets, 6, scopes),
  ...visibleAttributes(SEES, caller, network.projectId, {
    'provider:network_type': network.segmentType,
    'provider:physical_network': network.physicalNetwork === '' ? null : network.physicalNetwork,
    'provider:segmentation_id': network.segmentId,
  }),
});
