import type { Logger } from '#platform/logging/logger.ts';
import { simulatedHostNames } from '../agent/simulated-hosts.ts';
import type { ComputeConfig } from './config.ts';
import type { Driver } from './drivers/driver.ts';
import { createFakeDriver } from './drivers/fake/fake-driver.ts';
import { fileJournal, noJournal } from './drivers/fake/guest-journal.ts';
import { simulatedFaults } from './drivers/fake/simulated-faults.ts';
import { createQemuDriver, type DriverCollaborators } from './drivers/qemu/create-qemu-driver.ts';
import { simulatedDevices } from './offered-devices.ts';

/** The registry of drivers: option `compute.driver` → driver. */
export function createDriver(config: ComputeConfig, collaborators: DriverCollaborators, log: Logger): Driver {
  const { compute } = config;
  switch (compute.driver) {
    case 'fake':
      return createFakeDriver({
        hostNames:
          compute.fakeHosts === 0 ? [compute.hostName] : simulatedHostNames(compute.fakeHostPrefix, compute.fakeHosts),
        host: { vcpus: compute.fakeHostVcpus, ramMb: compute.fakeHostRamMb, diskGb: compute.fakeHostDiskGb },
        hostIp: compute.hostIp,
        nodes: {
          nodes: compute.fakeHostNodes,
          threads: compute.fakeHostThreads,
          dedicatedCpus: compute.fakeHostDedicatedCpus,
          hugePages: compute.fakeHostHugePages,
        },
        devices: simulatedDevices(compute.fakeHostDevices, compute.fakeHostNodes),
        diskBytes: compute.fakeDiskKb * 1024,
        transferDelayMs: compute.fakeCopyMs,
        transport: collaborators.transport,
        faults: simulatedFaults({
          spawnMs: compute.fakeSpawnMs,
          stepMs: compute.fakeStepMs,
          jitter: compute.fakeJitter,
          failSpawnRate: compute.fakeFailSpawnRate,
          failHosts: compute.fakeFailHosts,
          hangHosts: compute.fakeHangHosts,
        }),
        journal: compute.fakeJournal ? fileJournal(compute.stateDir) : noJournal,
      });
    case 'qemu':
      return createQemuDriver(config, collaborators, log);
  }
}
