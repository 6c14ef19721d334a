import type { AttachedDisk } from '#platform/objects/attached-disk.ts';
import type { DesiredGuest, GuestNic, GuestSpec } from '#platform/objects/guest.ts';
import type { GuestFact } from '../../../../cell/compute/drivers/driver.ts';

export const A_GUEST_ID = '6a1f0c1e-0000-4000-8000-000000000001';

export const aSpec = (rest: Partial<GuestSpec> = {}): GuestSpec => ({
  instanceUuid: '6a1f0c1e-0000-4000-8000-0000000000aa',
  projectId: 'demo',
  instanceName: 'instance-00000001',
  displayName: 'one',
  hostname: 'one',
  vcpus: 1,
  ramMb: 64,
  rootGb: 0,
  ephemeralGb: 0,
  swapMb: 0,
  image: {
    id: '6a1f0c1e-0000-4000-8000-0000000000bb',
    name: 'tiny',
    diskFormat: 'raw',
    sizeBytes: 1,
    sha256: '0'.repeat(64),
    minRamMb: 0,
    minDiskGb: 0,
    properties: {},
    url: 'http://127.0.0.1:1/',
    ticket: 'ticket',
  },
  nics: [],
  configDrive: false,
  extraSpecs: {},
  diskSource: null,
  ...rest,
});

export const aNic = (tapName: string): GuestNic => ({
  portId: '6a1f0c1e-0000-4000-8000-0000000000cc',
  networkId: '6a1f0c1e-0000-4000-8000-0000000000dd',
  mac: '52:54:00:00:00:01',
  tapName,
  mtu: 1450,
  tag: null,
});

export const aDisk = (id: string, unit = 0): AttachedDisk => ({
  ...{ id, unit, readOnly: false, bus: 'virtio', tag: null },
  connection: { kind: 'nbd', data: { host: '127.0.0.1', port: 10_809, exportName: 'a' } },
});

export const aDesiredGuest = (rest: Partial<DesiredGuest> = {}): DesiredGuest => ({
  guestId: A_GUEST_ID,
  hostName: 'sim-001',
  epoch: 1,
  generation: 1,
  power: 'running',
  restarts: 0,
  restartKind: 'hard',
  gracefulStopMs: 0,
  spec: aSpec(),
  ...rest,
});

export const aFact = (rest: Partial<GuestFact> = {}): GuestFact => ({
  guestId: A_GUEST_ID,
  hostName: 'sim-001',
  desired: aDesiredGuest(),
  power: 'running',
  hasDisk: true,
  restarts: 0,
  stoppedByItself: false,
  leftover: false,
  unaskedStarts: 0,
  cards: [],
  disks: [],
  rebuilds: 0,
  rescueDiskId: null,
  rescueId: null,
  saves: [],
  incoming: null,
  outgoing: null,
  ...rest,
});
