import { randomBytes, randomUUID } from 'node:crypto';
import type { InstanceMetadata } from '#platform/contracts/agent.ts';
import type { Network, Subnet } from '#platform/objects/network.ts';
import type { DesiredBinding } from '#platform/objects/port-binding.ts';
import { aNetwork as anyNetwork, aSubnet as anySubnet } from '../../../support/a-network.ts';

/** 10.9.0.0/24, with a resolver. */
export const aSubnet = (rest: Partial<Subnet> = {}): Subnet =>
  anySubnet({ cidr: '10.9.0.0/24', gatewayIp: '10.9.0.1', dnsNameservers: ['10.9.0.53'], ...rest });

export const aNetwork = (rest: Partial<Network> = {}): Network => anyNetwork({ subnets: [aSubnet()], ...rest });

/** A port of the network on a host, with the given addresses (of the subnet of their family). */
export function aBinding(
  network: Network,
  hostName: string,
  addresses: readonly string[],
  rest: Partial<DesiredBinding> = {},
): DesiredBinding {
  const subnetOf = (address: string) => {
    const subnet = network.subnets.find(({ ipVersion }) => (ipVersion === 6) === address.includes(':'));
    if (subnet === undefined) throw new Error(`no subnet for ${address}`);
    return subnet.id;
  };
  return {
    bindingId: randomUUID(),
    hostName,
    guestId: randomUUID(),
    instanceUuid: randomUUID(),
    epoch: 1,
    generation: 1,
    present: true,
    network,
    hostname: `guest-${addresses[0]?.replaceAll(/[.:]/g, '-')}`,
    port: {
      id: randomUUID(),
      networkId: network.id,
      mac: `fa:16:3e:${[...randomBytes(3)].map((byte) => byte.toString(16).padStart(2, '0')).join(':')}`,
      fixedIps: addresses.map((address) => ({ subnetId: subnetOf(address), address })),
      tag: null,
      preserveOnDelete: false,
      securityGroupIds: [],
    },
    ...rest,
  };
}

export const anInstance = (binding: DesiredBinding, rest: Partial<InstanceMetadata> = {}): InstanceMetadata => ({
  uuid: binding.instanceUuid,
  projectId: 'demo',
  name: binding.hostname,
  hostname: binding.hostname,
  instanceType: 'm1.tiny',
  imageId: null,
  availabilityZone: 'nova',
  launchIndex: 0,
  reservationId: 'r-1',
  metadata: { role: 'web' },
  publicKeys: { mine: 'ssh-ed25519 AAAA me' },
  userData: Buffer.from('#!/bin/sh\necho hello\n').toString('base64'),
  securityGroups: ['default'],
  localIpV4: binding.port.fixedIps[0]?.address ?? null,
  macs: [binding.port.mac],
  createdAt: '2026-01-01T00:00:00Z',
  ...rest,
});
