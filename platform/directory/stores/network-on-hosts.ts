import type { Network } from '../../objects/network.ts';
import type { TrafficLimits } from '../../objects/traffic-limits.ts';
import type { NetworkRecord } from './networks.ts';
import type { SubnetRecord } from './subnets.ts';

/** A network as hosts need it. @param subnets of this network, and perhaps of others. @param limits of its policy; absent: none. */
export const networkOnHosts = (
  { id, name, mtu, segmentType, segmentId, external, adminStateUp, dnsDomain }: NetworkRecord,
  subnets: readonly SubnetRecord[],
  limits?: TrafficLimits,
): Network => ({
  id,
  name,
  mtu,
  segmentType,
  segmentId,
  external,
  ...(dnsDomain === '' ? {} : { dnsDomain: dnsDomain.replace(/\.$/, '') }),
  ...(adminStateUp ? {} : { adminStateUp }),
  ...(limits === undefined ? {} : { limits }),
  subnets: subnets
    .filter(({ networkId }) => networkId === id)
    .map((subnet) => ({
      id: subnet.id,
      ipVersion: subnet.ipVersion,
      cidr: subnet.cidr,
      gatewayIp: subnet.gatewayIp,
      enableDhcp: subnet.enableDhcp,
      dnsNameservers: [...subnet.dnsNameservers],
      hostRoutes: [...subnet.hostRoutes],
      serviceIp: subnet.serviceIp,
    })),
});
