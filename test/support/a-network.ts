import { randomUUID } from 'node:crypto';
import type { Network, Subnet } from '#platform/objects/network.ts';

/** 10.20.0.0/24, with DHCP and nothing special. */
export const aSubnet = (rest: Partial<Subnet> = {}): Subnet => ({
  id: randomUUID(),
  ipVersion: 4,
  cidr: '10.20.0.0/24',
  gatewayIp: '10.20.0.1',
  enableDhcp: true,
  dnsNameservers: [],
  hostRoutes: [],
  serviceIp: null,
  ...rest,
});

/** A flat network with one subnet. */
export const aNetwork = (rest: Partial<Network> = {}): Network => ({
  id: randomUUID(),
  name: 'private',
  mtu: 1450,
  segmentType: 'flat',
  segmentId: null,
  external: false,
  subnets: [aSubnet()],
  ...rest,
});
