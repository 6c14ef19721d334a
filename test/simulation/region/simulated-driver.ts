import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { HostReport } from '#platform/objects/host.ts';
import type { Driver, GuestFact } from '../../../cell/compute/drivers/driver.ts';
import type { Faults } from '../kernel/faults.ts';
import type { Kernel, Life } from '../kernel/kernel.ts';
import { latency } from '../kernel/latency.ts';
import { hasMachine, isLive, type PhysicalGuest, type PhysicalHosts } from './physical-hosts.ts';

interface SimulatedDriverOptions {
  readonly life: Life;
  readonly kernel: Kernel;
  readonly faults: Faults;
  readonly hosts: PhysicalHosts;
  readonly hostName: string;
  readonly cellName: string;
}

const STEP_MS = 30;
const DISK_MS = 300;
const NO_BYTES = { totalBytes: 0, sentBytes: 0, remainingBytes: 0 };

/** An agent's hand on its host: each step takes a while, during which the agent may die, and may fail. */
export function simulatedDriver({ life, kernel, faults, hosts, hostName, cellName }: SimulatedDriverOptions): Driver {
  const step = (
    ms: number,
    perform: () => void,
    signal?: AbortSignal,
    at: 'step' | 'risky-step' = 'step',
  ): Promise<void> =>
    new Promise((resolve, reject) => {
      const happen = (): void => {
        if (signal?.aborted === true) {
          reject(signal.reason as Error);
          return;
        }
        const fault = faults.draw(at, life);
        if (fault === 'crash-before') faults.crash(life);
        else if (fault === 'pause') kernel.plan(0, life, happen);
        else if (fault === 'refused' || (at === 'risky-step' && hosts.refusing.has(hostName)))
          reject(new VolvoxError('invalid', 'The host cannot do it.'));
        else if (fault === 'lost-before') reject(new VolvoxError('unavailable', 'The host is busy.'));
        else {
          try {
            perform();
          } catch (error) {
            reject(error as Error);
            return;
          }
          if (fault === 'crash-after') faults.crash(life);
          else resolve();
        }
      };
      kernel.plan(latency(kernel.random) + kernel.random.next() * ms, life, happen);
    });
  const off = (guestId: string, power: GuestFact['power']) => () => {
    const guest = hosts.get(guestId);
    if (guest.power !== power) guest.power = power;
  };

  return {
    name: 'simulated',
    parallel: 64,
    open: async () => undefined,
    close: async () => undefined,
    hosts: async () => [reportOf(hostName)],
    find: async (guestId) => {
      const guest = hosts.guests.get(guestId);
      return guest === undefined ? null : factOf(guest);
    },
    findAll: async () => hosts.on(hostName).map(factOf),
    onEvent: (listener) =>
      hosts.listen(hostName, (guestId) => kernel.plan(latency(kernel.random), life, () => listener(guestId))),
    accept: (desired) => step(0, () => hosts.accept(cellName, desired)),
    prepareDisk: (desired, { signal }) => step(DISK_MS, () => hosts.makeDisk(desired), signal, 'risky-step'),
    start: (desired, { signal }) =>
      step(
        STEP_MS,
        () => {
          hosts.get(desired.guestId).restarts = desired.restarts;
          hosts.run(desired.guestId, 'running');
        },
        signal,
        'risky-step',
      ),
    shutDown: (desired, _gracefulMs, { signal }) => step(10 * STEP_MS, off(desired.guestId, 'shutdown'), signal),
    kill: (guestId) => step(STEP_MS, off(guestId, 'shutdown')),
    pause: (guestId) => step(STEP_MS, () => hosts.run(guestId, 'paused')),
    unpause: (guestId) => step(STEP_MS, () => hosts.run(guestId, 'running')),
    suspendToDisk: (guestId, { signal }) => step(STEP_MS, off(guestId, 'suspended'), signal),
    resumeFromDisk: (desired, { signal }) => step(STEP_MS, () => hosts.run(desired.guestId, 'running'), signal),
    discardSuspended: (guestId) => step(STEP_MS, off(guestId, 'shutdown')),
    attachCard: (guestId, { tapName }) =>
      step(STEP_MS, () => {
        const guest = hosts.get(guestId);
        guest.cards = [...guest.cards.filter((card) => card !== tapName), tapName];
      }),
    detachCard: (guestId, tapName, { signal }) =>
      step(
        STEP_MS,
        () => {
          const guest = hosts.get(guestId);
          guest.cards = guest.cards.filter((card) => card !== tapName);
        },
        signal,
        'risky-step',
      ),
    attachDisk: (guestId, { id }, { signal }) =>
      step(
        STEP_MS,
        () => {
          const guest = hosts.get(guestId);
          guest.disks = [...guest.disks.filter((disk) => disk !== id), id];
        },
        signal,
        'risky-step',
      ),
    detachDisk: (guestId, diskId, { signal }) =>
      step(
        STEP_MS,
        () => {
          const guest = hosts.get(guestId);
          guest.disks = guest.disks.filter((disk) => disk !== diskId);
        },
        signal,
        'risky-step',
      ),
    fetchImage: (_desired, { signal }) => step(DISK_MS, () => undefined, signal, 'risky-step'),
    discardDisks: (guestId, { rebuild }) => step(STEP_MS, () => hosts.discardDisk(guestId, rebuild)),
    prepareRescue: ({ guestId }, { rescueId }, { signal }) =>
      step(DISK_MS, () => Object.assign(hosts.get(guestId), { rescueDiskId: rescueId }), signal, 'risky-step'),
    discardRescue: (guestId) => step(STEP_MS, () => Object.assign(hosts.get(guestId), { rescueDiskId: null })),
    saveDisk: ({ guestId }, { saveId }, { signal }) =>
      step(DISK_MS, () => hosts.saveDisk(guestId, saveId), signal, 'risky-step'),
    uploadSave: (guestId, save, { signal }) =>
      step(DISK_MS, () => hosts.uploadSave(guestId, save.saveId), signal, 'risky-step'),
    discardSave: (guestId, saveId) => step(STEP_MS, () => hosts.discardSave(guestId, saveId)),
    outgoingMachine: async () => ({ cards: [], configDrive: null }),
    receive: ({ guestId }, migrationId, { signal }) =>
      step(STEP_MS, () => hosts.receive(guestId, migrationId), signal, 'risky-step'),
    connectIncoming: async () => {
      throw new VolvoxError('unsupported', 'Machines are sent in one step here.');
    },
    takeOver: ({ guestId, power }, { signal }) =>
      step(STEP_MS, () => hosts.takeOver(guestId, power === 'running' ? power : 'paused'), signal),
    send: ({ guestId }, { id, to }, { signal }) =>
      step(DISK_MS, () => hosts.send(guestId, id, to.guestId), signal, 'risky-step'),
    endSending: (guestId) => step(STEP_MS, () => Object.assign(hosts.get(guestId), { outgoing: null })),
    remove: (guestId) =>
      step(STEP_MS, () => {
        const guest = hosts.guests.get(guestId);
        if (guest !== undefined && isLive(guest)) throw new Error(`guest ${guestId} is removed while it runs`);
        hosts.guests.delete(guestId);
      }),
    // Disks are copied by the physical hosts, in one step.
    disks: undefined as unknown as Driver['disks'],
    consoleOutput: async () => '',
    openConsole: notSimulated,
    cacheImage: notSimulated,
    injectNmi: notSimulated,
    setPassword: notSimulated,
    stats: async () => {
      throw new VolvoxError('unsupported', 'Nobody counts here.');
    },
  };
}

const notSimulated = async (): Promise<never> => {
  throw new VolvoxError('unsupported', 'Nobody asks for this here.');
};

const factOf = (guest: PhysicalGuest): GuestFact => ({
  guestId: guest.desired.guestId,
  hostName: guest.desired.hostName,
  desired: guest.desired,
  power: guest.power,
  hasDisk: guest.disk !== null,
  restarts: guest.restarts,
  stoppedByItself: guest.stoppedByItself,
  leftover: false,
  unaskedStarts: 0,
  cards: hasMachine(guest) ? guest.cards : null,
  disks: hasMachine(guest) ? guest.disks.map((diskId) => ({ diskId, state: 'attached' })) : null,
  rebuilds: guest.rebuilds,
  rescueDiskId: guest.rescueDiskId,
  rescueId: hasMachine(guest) ? guest.rescueId : null,
  saves: [...guest.saves].map(([saveId, { state }]) => ({ saveId, state })),
  incoming: guest.incoming,
  outgoing:
    guest.outgoing === null
      ? null
      : { id: guest.outgoing, state: 'sent', memory: NO_BYTES, disks: NO_BYTES, message: '' },
});

const reportOf = (name: string): HostReport => ({
  name,
  node: name,
  hypervisorType: 'simulated',
  hypervisorVersion: 1,
  total: { vcpus: 4, ramMb: 4_096, diskGb: 40 },
  reserved: { vcpus: 0, ramMb: 0, diskGb: 0 },
  cpuInfo: {},
  hostIp: '10.0.0.1',
  capabilities: {},
  nodes: [{ id: 0, shared: '0-3', dedicated: '4-7', cores: [], ramMb: 4_096, pages: [] }],
  devices: [0, 1].map((at) => ({
    ...{ address: `0000:81:0${at}.0`, vendorId: '10de', productId: '2230', type: 'type-PCI', numaNode: 0 },
    resourceClass: 'PGPU',
  })),
  uptime: null,
});
