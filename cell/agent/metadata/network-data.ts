import { type FixedIp, type Network, type Port, type Subnet, tapName } from '#platform/objects/network.ts';
import { netmask, prefixLength } from './netmask.ts';
import type { NetworkData } from './record.ts';

/** What a guest is told of its own network, from its ports on this host. */
export function networkData(ports: readonly { readonly port: Port; readonly network: Network }[]): NetworkData {
  const addresses = ports.flatMap(({ port, network }) =>
    port.fixedIps.flatMap((fixed) => {
      const subnet = network.subnets.find(({ id }) => id === fixed.subnetId);
      return subnet === undefined ? [] : [{ port, network, fixed, subnet }];
    }),
  );
  return {
    links: ports.map(({ port, network }) => ({
      id: tapName(port.id),
      vif_id: port.id,
      type: 'bridge',
      ethernet_mac_address: port.mac,
      mtu: network.mtu,
    })),
    networks: addresses.map(({ port, network, fixed, subnet }, index) => ({
      id: `network${index}`,
      link: tapName(port.id),
      network_id: network.id,
      ...addressing(fixed, subnet),
    })),
    services: [...new Set(addresses.flatMap(({ subnet }) => subnet.dnsNameservers))].map((address) => ({
      type: 'dns' as const,
      address,
    })),
  };
}

type Addressing = Omit<NetworkData['networks'][number], 'id' | 'link' | 'network_id'>;

function addressing(fixed: FixedIp, subnet: Subnet): Addressing {
  if (subnet.enableDhcp) return { type: subnet.ipVersion === 4 ? 'ipv4_dhcp' : 'ipv6_dhcpv6-stateful' };
  const mask = (cidr: string) => (subnet.ipVersion === 4 ? netmask(prefixLength(cidr)) : String(prefixLength(cidr)));
  const everywhere = subnet.ipVersion === 4 ? '0.0.0.0/0' : '::/0';
  const routes = [
    ...(subnet.gatewayIp === null ? [] : [{ destination: everywhere, nexthop: subnet.gatewayIp }]),
    ...subnet.hostRoutes,
  ];
  return {
    type: `ipv${subnet.ipVersion}`,
    ip_address: fixed.address,
    netmask: mask(subnet.cidr),
    routes: routes.map(({ destination, nexthop }) => ({
      network: destination.slice(0, destination.indexOf('/')),
      netmask: mask(destination),
      gateway: nexthop,
    })),
  };
}
