import { randomUUID } from 'node:crypto';
import type { Flavor } from '#platform/objects/flavor.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';

/** A flavor of 2 VCPUs and 512 MiB. */
export const aFlavor = (rest: Partial<Flavor> = {}): Flavor => ({
  id: 'small',
  name: 'small',
  vcpus: 2,
  ramMb: 512,
  diskGb: 1,
  ephemeralGb: 0,
  swapMb: 0,
  rxtxFactor: 1,
  isPublic: true,
  disabled: false,
  description: null,
  extraSpecs: {},
  ...rest,
});

/** The image that is built from. */
export const anImage = (rest: Partial<InstanceBuild['image'] & object> = {}) => ({
  id: randomUUID(),
  name: 'image',
  diskFormat: 'qcow2',
  sizeBytes: 1,
  sha256: '0'.repeat(64),
  minRamMb: 0,
  minDiskGb: 0,
  properties: {},
  url: 'http://127.0.0.1/image',
  ticket: 'ticket',
  ...rest,
});

/** Of a request that asks for nothing but a flavor and an image. */
export const NOTHING_SPECIAL = {
  description: null,
  keyPair: null,
  userData: null,
  metadata: {},
  tags: [],
  configDrive: false,
  accessIpV4: null,
  accessIpV6: null,
  availabilityZone: null,
  requestedHost: null,
  schedulerHints: {},
  serverGroup: null,
};

/** A small build of project `project`. */
export const aBuild = (rest: Partial<InstanceBuild> = {}): InstanceBuild => ({
  uuid: randomUUID(),
  projectId: 'project',
  userId: 'user',
  name: 'server',
  hostname: 'server',
  flavor: aFlavor(),
  image: anImage(),
  ...NOTHING_SPECIAL,
  diskConfig: 'MANUAL',
  securityGroups: [],
  reservationId: 'r-1',
  launchIndex: 0,
  networks: [],
  ports: [],
  createdAt: new Date().toISOString(),
  requestId: `req-${randomUUID()}`,
  ...rest,
});
