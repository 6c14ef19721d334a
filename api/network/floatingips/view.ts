import type { Reader } from '#platform/database/database.ts';
import type { FloatingIpRecord } from '#platform/directory/stores/floating-ips.ts';
import { forwardingsOf, type PortForwardingRecord } from '#platform/directory/stores/port-forwardings.ts';
import type { PortRecord } from '#platform/directory/stores/ports.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { portsById } from '../routers/connected-subnets.ts';
import { standardView } from '../standard-attributes.ts';
import { portsView } from './port-forwardings/view.ts';

/** With their ports and port forwardings: two reads, however many there are. */
export async function floatingIpViews(read: Reader<DirectoryTables>, floatingIps: readonly FloatingIpRecord[]) {
  const [ports, forwardings] = await Promise.all([
    portsById(
      read,
      floatingIps.flatMap(({ fixedPortId }) => fixedPortId ?? []),
    ),
    forwardingsOf(
      read,
      floatingIps.map(({ id }) => id),
    ),
  ]);
  const byId = new Map(ports.map((port) => [port.id, port]));
  return floatingIps.map((one) => view(one, byId.get(one.fixedPortId ?? ''), forwardings.get(one.id) ?? []));
}

function view(
  floatingIp: FloatingIpRecord,
  port: PortRecord | undefined,
  forwardings: readonly PortForwardingRecord[],
) {
  const { name: _nameless, ...standard } = standardView({ ...floatingIp, name: '' });
  return {
    ...standard,
    floating_network_id: floatingIp.floatingNetworkId,
    floating_ip_address: floatingIp.floatingAddress,
    port_id: floatingIp.fixedPortId,
    fixed_ip_address: floatingIp.fixedAddress,
    router_id: floatingIp.routerId,
    status: floatingIp.status,
    dns_name: floatingIp.dnsName,
    dns_domain: floatingIp.dnsDomain,
    port_details: port === undefined ? null : portDetails(port),
    port_forwardings: forwardings.map((one) => ({
      ...portsView(one),
      ...{ protocol: one.protocol, internal_ip_address: one.internalAddress },
    })),
  };
}

const portDetails = (port: PortRecord) => ({
  name: port.name,
  network_id: port.networkId,
  mac_address: port.mac,
  admin_state_up: port.adminStateUp,
  status: port.status,
  device_id: port.deviceId,
  device_owner: port.deviceOwner,
});
