import type { Instance } from '#platform/objects/instance.ts';
import { aBuild, aFlavor } from '../../../../support/a-build.ts';

const plain = aBuild();

/** An active server of project `p` on `host-1`. */
export const anInstance = (rest: Partial<Instance> = {}): Instance => ({
  ...plain,
  uuid: '11111111-1111-4111-8111-111111111111',
  projectId: 'p',
  userId: 'u',
  name: 'web',
  hostname: 'web',
  flavor: aFlavor({ id: '1', name: 'm1.tiny', vcpus: 1 }),
  image: {
    ...plain.image,
    id: '22222222-2222-4222-8222-222222222222',
    properties: { architecture: 'x86_64' },
    url: 'http://image',
  },
  securityGroups: [{ id: '33333333-3333-4333-8333-333333333333', name: 'default' }],
  reservationId: 'r-abcdefgh',
  networks: [
    {
      id: '44444444-4444-4444-8444-444444444444',
      name: 'private',
      mtu: 1450,
      segmentType: 'vxlan',
      segmentId: 1,
      external: false,
      subnets: [],
    },
  ],
  ports: [
    {
      id: '55555555-5555-4555-8555-555555555555',
      networkId: '44444444-4444-4444-8444-444444444444',
      mac: 'fa:16:3e:00:00:01',
      fixedIps: [
        { subnetId: '66666666-6666-4666-8666-666666666666', address: '10.0.0.5' },
        { subnetId: '66666666-6666-4666-8666-666666666667', address: 'fd00::5' },
      ],
      tag: null,
      preserveOnDelete: false,
      securityGroupIds: [],
    },
  ],
  createdAt: '2026-01-01T00:00:00.123Z',
  requestId: 'req-1',
  epoch: 2,
  cellName: 'cell1',
  version: 1,
  vmState: 'active',
  taskState: null,
  powerState: 'running',
  host: 'host-1',
  node: 'host-1',
  zone: 'nova',
  hostStatus: 'UP',
  instanceName: 'instance-00000001',
  progress: 0,
  fault: null,
  lockedBy: null,
  lockReason: null,
  oldFlavor: null,
  launchedAt: '2026-01-01T00:00:05.5Z',
  terminatedAt: null,
  updatedAt: '2026-01-01T00:00:05.5Z',
  deletedAt: null,
  ...rest,
});
