import { randomBytes, randomUUID } from 'node:crypto';
import type { Actor } from '#platform/contracts/actor.ts';
import type { BuildRequest } from '#platform/contracts/door.ts';
import { newRequestId } from '#platform/logging/request-id.ts';
import type { Flavor } from '#platform/objects/flavor.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import type { Network, Port } from '#platform/objects/network.ts';

import { aBuild as anyBuild, aFlavor as anyFlavor } from '../../../../support/a-build.ts';
import { aNetwork, aSubnet } from '../../../../support/a-network.ts';

export const PROJECT = 'a0000000000000000000000000000001';

export const anActor = (rest: Partial<Actor> = {}): Actor => ({
  userId: 'user-1',
  projectId: PROJECT,
  isAdmin: false,
  requestId: newRequestId(),
  ...rest,
});

export const aFlavor = (rest: Partial<Flavor> = {}): Flavor =>
  anyFlavor({ id: '1', name: 'm1.tiny', vcpus: 1, ...rest });

export const NETWORK: Network = aNetwork({
  id: '0e000000-0000-4000-8000-000000000001',
  external: true,
  subnets: [aSubnet({ id: '0e000000-0000-4000-8000-000000000002', cidr: '10.20.0.0/16' })],
});

export const aPort = (rest: Partial<Port> = {}): Port => {
  const bytes = randomBytes(4);
  return {
    id: randomUUID(),
    networkId: NETWORK.id,
    mac: `fa:16:${bytes.toString('hex').replace(/(..)(?=.)/g, '$1:')}`,
    fixedIps: [{ subnetId: NETWORK.subnets[0]?.id ?? '', address: `10.20.${bytes[0]}.${bytes[1]}` }],
    tag: null,
    preserveOnDelete: false,
    securityGroupIds: [],
    ...rest,
  };
};

export const aBuild = (rest: Partial<InstanceBuild> = {}): InstanceBuild =>
  anyBuild({
    projectId: PROJECT,
    userId: 'user-1',
    flavor: aFlavor(),
    trustedImageCertificates: null,
    networks: [NETWORK],
    ports: [aPort()],
    ...rest,
  });

export const aBuildRequest = (hostId: string, rest: Partial<BuildRequest> = {}): BuildRequest => ({
  build: aBuild(),
  epoch: 1,
  hostId,
  alternates: [],
  zone: 'nova',
  ...rest,
});
