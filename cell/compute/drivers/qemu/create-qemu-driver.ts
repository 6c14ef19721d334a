import { mkdirSync } from 'node:fs';
import type { Logger } from '#platform/logging/logger.ts';
import type { ComputeConfig } from '../../config.ts';
import { openBlockConnections } from '../../disk-transfer/block-source.ts';
import type { MetadataOfGuest } from '../../metadata-of-guests.ts';
import type { Driver } from '../driver.ts';
import { probeAcceleration } from './acceleration.ts';
import { ConsoleLog } from './console-log.ts';
import { DiskImages } from './disk-image.ts';
import { stateFolders } from './guest-folder.ts';
import { GuestRecords } from './guest-records.ts';
import { readHost } from './host-report.ts';
import { ImageCache } from './image-cache.ts';
import { Machines } from './machines.ts';
import { MemoryOnDisk } from './memory-on-disk.ts';
import { QemuDriver } from './qemu-driver.ts';
import { Taps } from './taps.ts';

const QEMU = 'qemu-system-x86_64';

/** Composes the QEMU driver. */
export function createQemuDriver(
  { compute }: Pick<ComputeConfig, 'compute'>,
  metadataOf: MetadataOfGuest,
  log: Logger,
): Driver {
  const { stateDir, networkNamespace } = compute;
  const folders = stateFolders(stateDir);
  const runAsUid = process.getuid?.() === 0 ? compute.guestUid : 0;
  const diskImages = new DiskImages();
  const images = new ImageCache({ folder: folders.images, diskImages, log });
  const dispatcher = openBlockConnections();
  const machines = new Machines({
    folders,
    program: networkNamespace === '' ? [QEMU] : ['ip', 'netns', 'exec', networkNamespace, QEMU],
    onEvent: (guestId) => driver.happened(guestId),
    log,
  });
  mkdirSync(stateDir, { recursive: true });
  const driver = new QemuDriver({
    folders,
    records: new GuestRecords(folders),
    machines,
    images,
    disks: { folders, images, diskImages, dispatcher, uid: runAsUid, metadataOf },
    dispatcher,
    memory: new MemoryOnDisk(folders, machines, runAsUid),
    console: new ConsoleLog(folders, compute.consoleLogKb * 1024),
    taps: new Taps(networkNamespace),
    readHost: () =>
      readHost({
        qemu: QEMU,
        stateDir,
        name: compute.hostName,
        hostIp: compute.hostIp,
        total: { vcpus: compute.hostVcpus, ramMb: compute.hostRamMb, diskGb: compute.hostDiskGb },
        reserved: { vcpus: compute.reservedVcpus, ramMb: compute.reservedRamMb, diskGb: compute.reservedDiskGb },
      }),
    probeAcceleration: async () =>
      compute.acceleration === 'auto' ? await probeAcceleration(QEMU, stateDir, log) : compute.acceleration,
    runAsUid,
    log,
  });
  return driver;
}
