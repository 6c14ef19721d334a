import type { PortRecord } from '#platform/directory/stores/ports.ts';
import type { Authorizing } from '../../http/policy.ts';
import { visibleAttributes } from '../policy.ts';
import { standardView } from '../standard-attributes.ts';
import type { TrunkDetails } from '../trunks/trunk-details.ts';
import { SEES } from './policy.ts';

/** What the network of a port says for it: the QoS policy that counts where it has none, and the domain of its name. */
interface OfNetwork {
  readonly policyId: string | null;
  readonly domain: string;
}

/** Where a port is plugged the cells know, so it is empty here. @param trunk of which it is the parent. */
export const portView = (
  port: PortRecord,
  { policyId: networkPolicyId, domain }: OfNetwork,
  caller: Authorizing,
  trunk?: TrunkDetails,
) => ({
  ...standardView(port),
  network_id: port.networkId,
  mac_address: port.mac,
  admin_state_up: port.adminStateUp,
  status: port.status,
  device_id: port.deviceId,
  device_owner: port.deviceOwner,
  fixed_ips: port.fixedIps.map((ip) => ({ subnet_id: ip.subnetId, ip_address: ip.address })),
  security_groups: port.securityGroupIds,
  port_security_enabled: port.portSecurityEnabled,
  dns_name: port.dnsName,
  dns_assignment: port.fixedIps.map(({ address }) => {
    const hostname = port.dnsName || `host-${address.replaceAll(/[.:]/g, '-')}`;
    return { ip_address: address, hostname, fqdn: domain === '' ? hostname : `${hostname}.${domain}` };
  }),
  allowed_address_pairs: port.addressPairs.map(({ address, mac }) => ({ ip_address: address, mac_address: mac })),
  extra_dhcp_opts: port.dhcpOptions.map(({ name, value, version }) => ({
    ...{ opt_name: name, opt_value: value, ip_version: version },
  })),
  propagate_uplink_status: port.propagateUplinkStatus,
  qos_policy_id: port.qosPolicyId,
  qos_network_policy_id: networkPolicyId,
  'binding:vnic_type': 'normal',
  ...visibleAttributes(SEES, caller, port.projectId, {
    'binding:host_id': '',
    'binding:vif_type': 'bridge',
    'binding:vif_details': {},
    'binding:profile': {},
  }),
  ...(trunk === undefined ? {} : { trunk_details: trunk }),
});
