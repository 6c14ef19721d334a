import { randomUUID } from 'node:crypto';
import type { Network } from '#platform/objects/network.ts';
import type { KnownRouter } from '../../../../../cell/network/known-definitions.ts';
import { aNetwork, aSubnet } from '../a-binding.ts';

/** `10.N.0.0/24` and `fd00:N::/64`, gateways ending in 1; no DHCP. */
export const aRange = (n: number, rest: Partial<Network> = {}): Network =>
  aNetwork({
    subnets: [
      aSubnet({ cidr: `10.${n}.0.0/24`, gatewayIp: `10.${n}.0.1`, enableDhcp: false }),
      aSubnet({ ipVersion: 6, cidr: `fd00:${n}::/64`, gatewayIp: `fd00:${n}::1`, enableDhcp: false }),
    ],
    ...rest,
  });

/** A router whose interfaces have the gateways of all subnets of these networks. */
export const aRouter = (networks: readonly Network[], rest: Partial<KnownRouter> = {}): KnownRouter => ({
  id: randomUUID(),
  enabled: true,
  interfaces: networks.map(({ id, subnets }) => ({
    portId: randomUUID(),
    networkId: id,
    mac: 'fa:16:3e:00:00:01',
    addresses: subnets.map((subnet) => ({ subnetId: subnet.id, address: subnet.gatewayIp ?? '' })),
  })),
  gateway: null,
  routes: [],
  floating: [],
  forwardings: [],
  ...rest,
});
