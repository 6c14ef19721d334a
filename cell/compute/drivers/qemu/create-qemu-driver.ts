import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from '#platform/logging/logger.ts';
import { openDownloads } from '#platform/tls/dispatcher.ts';
import type { Transport } from '#platform/tls/transport.ts';
import type { ComputeConfig } from '../../config.ts';
import { parseCpuLists } from '../../cpu-lists.ts';
import { openBlockConnections } from '../../disk-transfer/block-source.ts';
import type { MetadataOfGuest } from '../../metadata-of-guests.ts';
import { connectToIncoming } from '../../migration-relay.ts';
import { offeredDevices } from '../../offered-devices.ts';
import { parseUidRange } from '../../uid-range.ts';
import type { Driver } from '../driver.ts';
import { probeAcceleration } from './acceleration.ts';
import { ConsoleLog } from './console-log.ts';
import { DiskConnections } from './disk-connections.ts';
import { DiskImages } from './disk-image.ts';
import { GuestAgents } from './guest-agents.ts';
import { GuestCgroups } from './guest-cgroups.ts';
import { GuestCpus } from './guest-cpus.ts';
import { stateFolders } from './guest-folder.ts';
import { GuestRecords, imagesOf } from './guest-records.ts';
import { GuestUsers } from './guest-users.ts';
import { GuestWall } from './guest-wall.ts';
import { readHostDevices } from './host-devices.ts';
import { readHostNodes } from './host-nodes.ts';
import { readHost } from './host-report.ts';
import { ImageCache } from './image-cache.ts';
import { LiveMigrations } from './live-migrations.ts';
import { Machines } from './machines.ts';
import { MemoryOnDisk } from './memory-on-disk.ts';
import { QemuDriver } from './qemu-driver.ts';
import { Quiescer } from './quiescer.ts';
import { SavedDisks } from './saved-disks.ts';
import { Taps } from './taps.ts';
import { UnusedImages } from './unused-images.ts';

/** Of base images; the API streams each on one connection. */
const DOWNLOADS = { connections: 8, connectMs: 10_000 } as const;
/** Of saved disks; each takes one. */
const UPLOADS = { connections: 4, connectMs: 10_000 } as const;
const QEMU = 'qemu-system-x86_64';
const HOUR_MS = 3_600_000;
const GIB = 1024 ** 3;

export interface DriverCollaborators {
  readonly metadataOf: MetadataOfGuest;
  /** How the API and other agents are reached. */
  readonly transport: Transport;
}

/** Composes the QEMU driver. */
export function createQemuDriver(
  { compute }: Pick<ComputeConfig, 'compute'>,
  { metadataOf, transport }: DriverCollaborators,
  log: Logger,
): Driver {
  const { stateDir, networkNamespace } = compute;
  const isRoot = process.getuid?.() === 0;
  const folders = stateFolders(stateDir);
  const records = new GuestRecords(folders);
  const users = new GuestUsers({ folders, records, range: isRoot ? parseUidRange(compute.guestUids) : null, log });
  const diskImages = new DiskImages(users.imageUid);
  const unused = new UnusedImages({
    ...{ folder: folders.images, log },
    isUsed: (sha256) => records.all().some((record) => imagesOf(record).some((image) => image.sha256 === sha256)),
    maxAgeMs: compute.unusedImageHours * HOUR_MS,
    maxBytes: compute.unusedImagesGb * GIB,
    reserveBytes: compute.reservedDiskGb * GIB,
  });
  const images = new ImageCache({
    ...{ folder: folders.images, diskImages, readerUid: users.imageUid, unused, log },
    downloads: openDownloads(transport, DOWNLOADS),
  });
  const dispatcher = openBlockConnections(transport);
  const taps = new Taps(networkNamespace);
  const cgroups = new GuestCgroups({
    parent: isRoot ? compute.cgroup : '',
    stateDir,
    marginMb: compute.guestMemoryMarginMb,
    log,
  });
  const wall = new GuestWall({
    ...{ qemu: QEMU, networkNamespace, mounts: join(stateDir, 'guest-mounts'), folders, records, users },
    ...{ cgroups, images, taps },
  });
  const cpus = new GuestCpus({
    placementOf: (guestId) => records.get(guestId)?.desired.spec.placement,
    nodes: () => driver.nodes(),
  });
  const machines = new Machines({ folders, wall, cpus, onEvent: (guestId) => driver.happened(guestId), log });
  const agents = new GuestAgents({ records, machines, log });
  const quiescer = new Quiescer({ agents, records, machines, log });
  mkdirSync(stateDir, { recursive: true });
  const driver = new QemuDriver({
    folders,
    records,
    users,
    cgroups,
    machines,
    agents,
    quiescer,
    images,
    disks: { folders, images, diskImages, dispatcher, metadataOf },
    dispatcher,
    memory: new MemoryOnDisk(folders, machines),
    migrations: new LiveMigrations({
      ...{ folders, records, machines, log, connect: connectToIncoming(dispatcher) },
      bandwidthMbps: compute.migrationBandwidthMb,
      downtimeMs: compute.migrationDowntimeMs,
    }),
    saves: new SavedDisks({
      ...{ folders, records, users, machines, diskImages, images, quiescer, log },
      uploads: openDownloads(transport, UPLOADS),
    }),
    console: new ConsoleLog(folders, compute.consoleLogKb * 1024),
    taps,
    connections: new DiskConnections({ folders, users, transport, log }),
    openWall: () => wall.open(),
    readHost: async () => {
      const { devices, missing } = await readHostDevices(offeredDevices(compute.devices));
      for (const reason of missing) log.warn({ reason }, 'a device is not offered to guests');
      return readHost({
        qemu: QEMU,
        stateDir,
        name: compute.hostName,
        hostIp: compute.hostIp,
        nodes: await readHostNodes(parseCpuLists(compute)),
        devices,
        total: { vcpus: compute.hostVcpus, ramMb: compute.hostRamMb, diskGb: compute.hostDiskGb },
        reserved: { vcpus: compute.reservedVcpus, ramMb: compute.reservedRamMb, diskGb: compute.reservedDiskGb },
        guestWalls: [...(isRoot ? ['user', 'sandbox'] : ['sandbox']), ...cgroups.controllers],
        missingGuestWalls: [...(isRoot ? [] : ['user']), ...cgroups.missing],
        problem: (await wall.problem()) ?? (await diskImages.problem(folders.images)),
      });
    },
    probeAcceleration: async () =>
      compute.acceleration === 'auto' ? await probeAcceleration(QEMU, stateDir, log) : compute.acceleration,
    log,
  });
  return driver;
}
