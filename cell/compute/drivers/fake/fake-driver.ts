import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { GuestWanted } from '#platform/objects/guest.ts';
import type { HostReport } from '#platform/objects/host.ts';
import type { Resources } from '#platform/objects/resources.ts';
import { type Clock, systemClock, timestamp } from '#platform/time/clock.ts';
import { openBlockConnections } from '../../disk-copy/block-source.ts';
import type { Driver, StepContext } from '../driver.ts';
import type { GuestJournal } from './guest-journal.ts';
import type { HalfCopy } from './half-copy.ts';
import { copySimulated } from './simulated-copy.ts';
import { contentIdOf, simulatedDiskReader } from './simulated-disks.ts';
import type { SimulatedFaults } from './simulated-faults.ts';
import { CRASH_WINDOW_MS, factOf, newGuest, type SimulatedGuest } from './simulated-guest.ts';
import { simulatedStats } from './simulated-stats.ts';

export interface FakeDriverOptions {
  readonly hostNames: readonly string[];
  readonly host: Resources;
  readonly hostIp: string;
  /** How much of each disk there is to copy. */
  readonly diskBytes?: number;
  /** How much longer than the transfer itself a copy from another host takes. */
  readonly copyMs?: number;
  readonly faults: SimulatedFaults;
  readonly journal: GuestJournal;
  readonly clock?: Clock;
}

const DISK_BYTES = 64 * 1024;

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
  const listeners: ((guestId: string) => void)[] = [];
  const dispatcher = openBlockConnections();
  // A simulated host runs since its simulator does.
  const bootedAt = timestamp(clock.now());
  const hosts = options.hostNames.map((name) => hostReport(name, options, bootedAt));

  const get = (guestId: string): SimulatedGuest => {
    const guest = guests.get(guestId);
    if (guest === undefined) throw new VolvoxError('not-found', `No guest ${guestId} is here.`);
    return guest;
  };
  const put = (guest: SimulatedGuest): void => {
    guests.set(guest.wanted.guestId, guest);
    journal.note(guest.wanted.guestId, guest);
  };
  const change = (guestId: string, part: Partial<SimulatedGuest>, line?: string): void => {
    const guest = { ...get(guestId), ...part };
    put(line === undefined ? guest : { ...guest, console: [...guest.console.slice(-49), line] });
  };
  const step = async (guestId: string, power: SimulatedGuest['power'], line: string, signal?: AbortSignal) => {
    await faults.pass(get(guestId).wanted.hostName, 'step', signal);
    if (get(guestId).power !== power) change(guestId, { power }, line);
  };
  const happened = (guestId: string, part: Partial<SimulatedGuest>, line: string): void => {
    change(guestId, part, line);
    for (const listener of listeners) listener(guestId);
  };

  const content = async (wanted: GuestWanted, context: StepContext): Promise<Partial<SimulatedGuest>> => {
    const source = wanted.spec.diskSource;
    if (source === null) return { contentId: contentIdOf(wanted) };
    if (source.otherCell !== true && source.hostName === wanted.hostName) {
      const { contentId, console, power } = get(source.guestId);
      if (power !== 'shutdown') throw new VolvoxError('conflict', `Guest ${source.guestId} runs.`);
      if (contentId === null) throw new VolvoxError('not-found', `Guest ${source.guestId} has no disk.`);
      return { contentId, console };
    }
    const { halfCopy } = get(wanted.guestId);
    const keep = (half: HalfCopy): void => change(wanted.guestId, { halfCopy: half });
    return await copySimulated({ source, dispatcher, half: halfCopy, keep, copyMs: options.copyMs ?? 0 }, context);
  };

  return {
    name: 'fake',
    parallel: 512,
    open: async () => {
      for (const guest of await journal.load()) guests.set(guest.wanted.guestId, guest);
    },
    close: async () => {
      await dispatcher.destroy();
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

    accept: async (wanted) => {
      const guest = guests.get(wanted.guestId);
      put(guest === undefined ? newGuest(wanted) : { ...guest, wanted, stoppedByItself: false, crashStartsMs: [] });
    },
    prepareDisk: async (wanted, context) => {
      checkHost(options.hostNames, wanted);
      await faults.pass(wanted.hostName, 'spawn', context.signal);
      const made = await content(wanted, context);
      change(wanted.guestId, { ...made, halfCopy: null });
    },
    start: async (wanted, { signal }) => {
      const guest = get(wanted.guestId);
      await faults.pass(wanted.hostName, 'step', signal);
      faults.mayFailSpawn(wanted.hostName);
      const now = clock.now();
      const recent = guest.crashStartsMs.filter((ms) => now - ms < CRASH_WINDOW_MS);
      change(
        wanted.guestId,
        {
          power: 'running',
          startedMs: now,
          restarts: wanted.restarts,
          crashStartsMs: guest.power === 'crashed' ? [...recent, now] : recent,
        },
        `${wanted.spec.hostname} login:`,
      );
    },
    shutDown: (wanted, _gracefulMs, { signal }) => step(wanted.guestId, 'shutdown', 'Power down', signal),
    kill: (guestId) => step(guestId, 'shutdown', 'Killed'),
    pause: (guestId) => step(guestId, 'paused', 'Paused'),
    unpause: (guestId) => step(guestId, 'running', 'Unpaused'),
    suspendToDisk: (guestId, { signal }) => step(guestId, 'suspended', 'Suspended', signal),
    resumeFromDisk: (wanted, { signal }) => step(wanted.guestId, 'running', 'Resumed', signal),
    discardSuspended: (guestId) => step(guestId, 'shutdown', 'Memory discarded'),
    remove: async (guestId) => {
      const guest = guests.get(guestId);
      if (guest === undefined) return;
      await faults.pass(guest.wanted.hostName, 'step');
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
    stats: async (guestId) => {
      const { power, wanted, startedMs } = get(guestId);
      if (power !== 'running') throw new VolvoxError('conflict', `Guest ${guestId} does not run.`);
      return simulatedStats(wanted.spec, clock.now() - startedMs);
    },
    shutDownFromInside: (guestId) =>
      happened(guestId, { power: 'shutdown', stoppedByItself: true }, 'Power down from inside'),
    crash: (guestId) => happened(guestId, { power: 'crashed' }, 'Crashed'),
  };
}

function checkHost(hostNames: readonly string[], wanted: GuestWanted): void {
  if (!hostNames.includes(wanted.hostName)) {
    throw new VolvoxError('invalid', `${wanted.hostName} is not a host of this agent.`);
  }
}

const hostReport = (name: string, { host, hostIp }: FakeDriverOptions, bootedAt: string): HostReport => ({
  name,
  node: name,
  hypervisorType: 'fake',
  hypervisorVersion: 1_000_000,
  total: host,
  reserved: { vcpus: 0, ramMb: 0, diskGb: 0 },
  cpuInfo: {
    arch: 'x86_64',
    vendor: 'fake',
    model: 'fake',
    features: [],
    topology: { sockets: 1, cores: host.vcpus, threads: 1 },
  },
  hostIp,
  capabilities: { architectures: ['x86_64'], machineTypes: ['pc'], diskBuses: ['virtio'], nicModels: ['virtio'] },
  uptime: null,
  bootedAt,
});
