import type { Duplex } from 'node:stream';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { nbdConnectionOf as checkConnection, DISK_CONNECTION_KINDS } from '#platform/objects/attached-disk.ts';
import type { DesiredGuest } from '#platform/objects/guest.ts';
import type { HostReport } from '#platform/objects/host.ts';
import type { HostDevice } from '#platform/objects/host-device.ts';
import { QEMU_CAPABILITIES } from '#platform/objects/image-hardware.ts';
import type { Resources } from '#platform/objects/resources.ts';
import { type Clock, systemClock, timestamp } from '#platform/time/clock.ts';
import { openDownloads } from '#platform/tls/dispatcher.ts';
import { PLAIN_ON_LOOPBACK, type Transport } from '#platform/tls/transport.ts';
import { openBlockConnections } from '../../disk-transfer/block-source.ts';
import { connectToIncoming } from '../../migration-relay.ts';
import type { Driver, StepContext } from '../driver.ts';
import type { GuestJournal } from './guest-journal.ts';
import type { PartialTransfer } from './partial-transfer.ts';
import { simulatedAttachments } from './simulated-attachments.ts';
import { contentIdOf, simulatedDiskReader } from './simulated-disks.ts';
import type { SimulatedFaults } from './simulated-faults.ts';
import { CRASH_WINDOW_MS, factOf, newGuest, type SimulatedGuest } from './simulated-guest.ts';
import { receivingEnd, sendingFact, sendState } from './simulated-migration.ts';
import { type SimulatedNodes, simulatedNodes } from './simulated-nodes.ts';
import { findSave, uploadSimulatedSave, withSave } from './simulated-saves.ts';
import { simulatedScreen } from './simulated-screen.ts';
import { simulatedSerial } from './simulated-serial.ts';
import { simulatedStats } from './simulated-stats.ts';
import { transferSimulatedDisks } from './simulated-transfer.ts';

interface FakeDriverOptions {
  readonly hostNames: readonly string[];
  readonly host: Resources;
  readonly hostIp: string;
  /** Absent: one node, without dedicated CPUs. */
  readonly nodes?: SimulatedNodes;
  /** Of each host. Absent: none. */
  readonly devices?: readonly HostDevice[];
  /** How much of each disk a transfer sends. */
  readonly diskBytes?: number;
  /** Time that a disk transfer from another host takes beyond the network transfer. */
  readonly transferDelayMs?: number;
  readonly faults: SimulatedFaults;
  readonly journal: GuestJournal;
  readonly clock?: Clock;
  /** How other agents are reached; without it: plain, on loopback only. */
  readonly transport?: Transport;
}

const DISK_BYTES = 64 * 1024;
const IN_MEMORY: readonly SimulatedGuest['power'][] = ['running', 'paused'];
const UPLOADS = { connections: 4, connectMs: 10_000 } as const;

/** What only a simulator offers: to do to a guest what happens to real ones. */
export interface FakeDriver extends Driver {
  /** The guest's owner shuts it down from inside. */
  shutDownFromInside(guestId: string): void;
  /** Its process vanishes. */
  crash(guestId: string): void;
}

/** See README.md. */
export function createFakeDriver(options: FakeDriverOptions): FakeDriver {
  const { faults, journal } = options;
  const clock = options.clock ?? systemClock;
  const guests = new Map<string, SimulatedGuest>();
  const cached = new Set<string>();
  const listeners: ((guestId: string) => void)[] = [];
  const dispatcher = openBlockConnections(options.transport ?? PLAIN_ON_LOOPBACK);
  const uploads = openDownloads(options.transport ?? PLAIN_ON_LOOPBACK, UPLOADS);
  // A simulated host runs since its simulator does.
  const bootedAt = timestamp(clock.now());
  const hosts = options.hostNames.map((name) => hostReport(name, options, bootedAt));

  const get = (guestId: string): SimulatedGuest => {
    const guest = guests.get(guestId);
    if (guest === undefined) throw new VolvoxError('not-found', `No guest ${guestId} is here.`);
    return guest;
  };
  const running = (guestId: string): SimulatedGuest => {
    const guest = get(guestId);
    if (guest.power !== 'running') throw new VolvoxError('conflict', `Guest ${guestId} does not run.`);
    return guest;
  };
  const consoles = new Map<string, Set<Duplex>>();
  const endConsoles = (guestId: string): void => {
    for (const console of consoles.get(guestId) ?? []) console.destroy();
    consoles.delete(guestId);
  };
  const put = (guest: SimulatedGuest): void => {
    const { guestId } = guest.desired;
    guests.set(guestId, guest);
    journal.note(guestId, guest);
    if (!IN_MEMORY.includes(guest.power)) endConsoles(guestId);
  };
  const change = (guestId: string, part: Partial<SimulatedGuest>, line?: string): void => {
    const guest = { ...get(guestId), ...part };
    put(line === undefined ? guest : { ...guest, console: [...guest.console.slice(-49), line] });
  };
  const step = async (guestId: string, power: SimulatedGuest['power'], line: string, signal?: AbortSignal) => {
    await faults.pass(get(guestId).desired.hostName, 'step', signal);
    if (get(guestId).power !== power) change(guestId, { power }, line);
  };
  const happened = (guestId: string, part: Partial<SimulatedGuest>, line: string): void => {
    change(guestId, part, line);
    for (const listener of listeners) listener(guestId);
  };

  const content = async (desired: DesiredGuest, context: StepContext): Promise<Partial<SimulatedGuest>> => {
    const source = desired.spec.diskSource;
    if (source === null) return { contentId: contentIdOf(desired) };
    if (source.otherCell !== true && source.hostName === desired.hostName) {
      const { contentId, console, power } = get(source.guestId);
      if (power !== 'shutdown') throw new VolvoxError('conflict', `Guest ${source.guestId} runs.`);
      if (contentId === null) throw new VolvoxError('not-found', `Guest ${source.guestId} has no disk.`);
      return { contentId, console };
    }
    const { partialTransfer } = get(desired.guestId);
    const keep = (half: PartialTransfer): void => change(desired.guestId, { partialTransfer: half });
    return await transferSimulatedDisks(
      { source, dispatcher, half: partialTransfer, keep, transferDelayMs: options.transferDelayMs ?? 0 },
      context,
    );
  };

  return {
    name: 'fake',
    parallel: 512,
    open: async () => {
      for (const guest of await journal.load()) guests.set(guest.desired.guestId, guest);
    },
    close: async () => {
      await dispatcher.destroy();
      await uploads.destroy();
      await journal.flush();
    },
    disks: simulatedDiskReader(get, options.diskBytes ?? DISK_BYTES),
    hosts: async () => hosts,
    find: async (guestId) => {
      const guest = guests.get(guestId);
      return guest === undefined ? null : factOf(guest, clock.now());
    },
    findAll: async () => [...guests.values()].map((guest) => factOf(guest, clock.now())),
    onEvent: (listener) => listeners.push(listener),

    accept: async (desired) => {
      const guest = guests.get(desired.guestId);
      put(guest === undefined ? newGuest(desired) : { ...guest, desired, stoppedByItself: false, crashStartsMs: [] });
    },
    prepareDisk: async (desired, context) => {
      checkHost(options.hostNames, desired);
      await faults.pass(desired.hostName, 'spawn', context.signal);
      const made = await content(desired, context);
      change(desired.guestId, { ...made, partialTransfer: null });
    },
    start: async (desired, { signal }) => {
      const guest = get(desired.guestId);
      await faults.pass(desired.hostName, 'step', signal);
      faults.mayFailSpawn(desired.hostName);
      const now = clock.now();
      const recent = guest.crashStartsMs.filter((ms) => now - ms < CRASH_WINDOW_MS);
      change(
        desired.guestId,
        {
          power: 'running',
          startedMs: now,
          restarts: desired.restarts,
          stoppedByItself: false,
          rescueId: guest.rescueDiskId,
          cards: desired.spec.nics.map(({ tapName }) => tapName),
          disks: simulatedAttachments(desired),
          crashStartsMs: guest.power === 'crashed' ? [...recent, now] : recent,
        },
        [...devicesSeen(desired), `${desired.spec.hostname} login:`].join('\n'),
      );
    },
    shutDown: (desired, _gracefulMs, { signal }) => step(desired.guestId, 'shutdown', 'Power down', signal),
    kill: (guestId) => step(guestId, 'shutdown', 'Killed'),
    pause: (guestId) => step(guestId, 'paused', 'Paused'),
    unpause: (guestId) => step(guestId, 'running', 'Unpaused'),
    suspendToDisk: (guestId, { signal }) => step(guestId, 'suspended', 'Suspended', signal),
    resumeFromDisk: (desired, { signal }) => step(desired.guestId, 'running', 'Resumed', signal),
    discardSuspended: (guestId) => step(guestId, 'shutdown', 'Memory discarded'),
    attachCard: async (guestId, { tapName }) => {
      await faults.pass(get(guestId).desired.hostName, 'step');
      const { cards } = get(guestId);
      if (!cards.includes(tapName)) change(guestId, { cards: [...cards, tapName] }, `Card ${tapName} plugged`);
    },
    detachCard: async (guestId, tapName, { signal }) => {
      await faults.pass(get(guestId).desired.hostName, 'step', signal);
      const cards = get(guestId).cards.filter((card) => card !== tapName);
      change(guestId, { cards }, `Card ${tapName} taken`);
    },
    attachDisk: async (guestId, disk, { signal }) => {
      checkConnection(disk);
      await faults.pass(get(guestId).desired.hostName, 'step', signal);
      const others = get(guestId).disks.filter(({ diskId }) => diskId !== disk.id);
      change(guestId, { disks: [...others, { diskId: disk.id, state: 'attached' }] }, `Disk ${disk.id} attached`);
    },
    detachDisk: async (guestId, id, { signal }) => {
      await faults.pass(get(guestId).desired.hostName, 'step', signal);
      const disks = get(guestId).disks.filter(({ diskId }) => diskId !== id);
      change(guestId, { disks }, `Disk ${id} detached`);
    },
    fetchImage: ({ hostName }, { signal }) => faults.pass(hostName, 'spawn', signal),
    discardDisks: async (guestId, { rebuild }) => {
      await faults.pass(get(guestId).desired.hostName, 'step');
      change(guestId, { contentId: null, partialTransfer: null, rebuilds: rebuild }, 'Disks discarded');
    },
    prepareRescue: async ({ guestId, hostName }, { rescueId }, { signal }) => {
      await faults.pass(hostName, 'spawn', signal);
      change(guestId, { rescueDiskId: rescueId });
    },
    discardRescue: async (guestId) => {
      await faults.pass(get(guestId).desired.hostName, 'step');
      change(guestId, { rescueDiskId: null });
    },
    saveDisk: async ({ guestId, hostName }, { saveId }, { signal }) => {
      await faults.pass(hostName, 'step', signal);
      const guest = get(guestId);
      const { contentId } = guest;
      if (contentId === null) throw new VolvoxError('conflict', `Guest ${guestId} has no disk.`);
      change(guestId, { saves: withSave(guest, { saveId, state: 'saved', contentId }) }, 'Disk saved');
    },
    uploadSave: async (guestId, save, context) => {
      const saved = findSave(get(guestId), save.saveId);
      await uploadSimulatedSave(saved, save, uploads, context);
      change(guestId, { saves: withSave(get(guestId), { ...saved, state: 'uploaded' }) });
    },
    discardSave: async (guestId, discarded) => {
      await faults.pass(get(guestId).desired.hostName, 'step');
      change(guestId, { saves: get(guestId).saves.filter(({ saveId }) => saveId !== discarded) });
    },
    outgoingMachine: async (guestId) => {
      if (get(guestId).power === 'shutdown') throw new VolvoxError('conflict', `Guest ${guestId} does not run.`);
      return { cards: [], configDrive: null };
    },
    receive: async (desired, migrationId, { signal }) => {
      const { guestId, hostName } = desired;
      await faults.pass(hostName, 'spawn', signal);
      faults.mayFailSpawn(hostName);
      const disks = simulatedAttachments(desired);
      change(guestId, { power: 'paused', incoming: migrationId, startedMs: clock.now(), disks }, 'Waiting');
    },
    connectIncoming: async (guestId) => {
      if (get(guestId).incoming == null) throw new VolvoxError('conflict', `No machine waits for guest ${guestId}.`);
      return receivingEnd((state) => change(guestId, state));
    },
    takeOver: async ({ guestId, hostName, power }, { signal }) => {
      await faults.pass(hostName, 'step', signal);
      change(guestId, { power: power === 'running' ? power : 'paused', incoming: null }, 'Migrated');
    },
    send: async ({ guestId, hostName, spec }, { id, to }, { signal }) => {
      change(guestId, { outgoing: sendingFact(id, spec.ramMb, false) });
      await faults.pass(hostName, 'spawn', signal);
      const { contentId, console } = get(guestId);
      if (contentId === null) throw new VolvoxError('conflict', `Guest ${guestId} has no disk.`);
      await sendState(await connectToIncoming(dispatcher)(to, 'memory'), { contentId, console });
      change(guestId, { outgoing: sendingFact(id, spec.ramMb, true), power: 'paused' }, 'Sent');
    },
    endSending: async (guestId) => {
      await faults.pass(get(guestId).desired.hostName, 'step');
      change(guestId, { outgoing: null });
    },
    remove: async (guestId) => {
      const guest = guests.get(guestId);
      if (guest === undefined) return;
      await faults.pass(guest.desired.hostName, 'step');
      guests.delete(guestId);
      journal.note(guestId, null);
    },
    consoleOutput: async (guestId, lines) => {
      const { console } = get(guestId);
      return console
        .slice(lines === null ? 0 : Math.max(0, console.length - lines))
        .map((line) => `${line}\n`)
        .join('');
    },
    openConsole: async (guestId, type) => {
      const { hostname } = running(guestId).desired.spec;
      const console = type === 'vnc' ? simulatedScreen(hostname) : simulatedSerial(hostname);
      const open = consoles.get(guestId) ?? new Set();
      consoles.set(guestId, open.add(console));
      console.once('close', () => open.delete(console));
      return console;
    },
    cacheImage: async ({ sha256 }) => {
      const present = cached.has(sha256);
      cached.add(sha256);
      return present;
    },
    injectNmi: async (guestId) => {
      const { desired } = running(guestId);
      change(guestId, {}, `${desired.spec.hostname} kernel: NMI received for unknown reason`);
    },
    setPassword: async (guestId, user) => {
      running(guestId);
      change(guestId, {}, `guest agent: password of ${user} changed`);
    },
    stats: async (guestId) => {
      const { desired, startedMs } = running(guestId);
      return simulatedStats(desired.spec, clock.now() - startedMs);
    },
    shutDownFromInside: (guestId) =>
      happened(guestId, { power: 'shutdown', stoppedByItself: true }, 'Power down from inside'),
    crash: (guestId) => happened(guestId, { power: 'crashed' }, 'Crashed'),
  };
}

/** What the kernel of the guest would say of the devices that it has. */
const devicesSeen = ({ spec: { devices = [] } }: DesiredGuest): readonly string[] =>
  devices.map(({ address, vendorId, productId }) => `pci [${vendorId}:${productId}] (${address} of the host)`);

function checkHost(hostNames: readonly string[], desired: DesiredGuest): void {
  if (!hostNames.includes(desired.hostName)) {
    throw new VolvoxError('invalid', `${desired.hostName} is not a host of this agent.`);
  }
}

const ONE_NODE: SimulatedNodes = { nodes: 1, threads: 1, dedicatedCpus: 0, hugePages: [] };

const hostReport = (
  name: string,
  { host, hostIp, nodes = ONE_NODE, devices = [] }: FakeDriverOptions,
  bootedAt: string,
): HostReport => ({
  name,
  node: name,
  hypervisorType: 'fake',
  hypervisorVersion: 1_000_000,
  total: host,
  nodes: simulatedNodes(host, nodes),
  ...(devices.length === 0 ? {} : { devices: [...devices] }),
  reserved: { vcpus: 0, ramMb: 0, diskGb: 0 },
  cpuInfo: {
    arch: 'x86_64',
    vendor: 'fake',
    model: 'fake',
    features: [],
    topology: { sockets: 1, cores: host.vcpus, threads: 1 },
  },
  hostIp,
  capabilities: {
    ...QEMU_CAPABILITIES,
    diskConnections: [...DISK_CONNECTION_KINDS],
    ...(nodes.threads > 1 ? { cpuThreading: ['hyperthreading'] } : {}),
  },
  uptime: null,
  bootedAt,
});
