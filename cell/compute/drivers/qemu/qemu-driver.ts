import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { exists } from '#platform/files/exists.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { AttachedDisk } from '#platform/objects/attached-disk.ts';
import type { ConsoleType } from '#platform/objects/console.ts';
import type { DesiredGuest, GuestNic, GuestStats } from '#platform/objects/guest.ts';
import { BLANK_DISKS } from '#platform/objects/guest-disks.ts';
import type { OutgoingSide, Save } from '#platform/objects/guest-parts.ts';
import type { HostReport } from '#platform/objects/host.ts';
import type { HostNode } from '#platform/objects/host-topology.ts';
import type { Image } from '#platform/objects/image.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { DiskReader } from '../../disk-transfer/disk-reader.ts';
import type { StepArguments } from '../../steps.ts';
import type { Driver, GuestFact, StepContext } from '../driver.ts';
import type { MigrationChannel } from '../migration-channel.ts';
import type { OutgoingMachine } from '../outgoing-machine.ts';
import type { Acceleration } from './acceleration.ts';
import type { ConsoleLog } from './console-log.ts';
import { recentCrashStarts } from './crash-starts.ts';
import type { DiskConnections } from './disk-connections.ts';
import type { GuestAgents } from './guest-agents.ts';
import type { GuestCgroups } from './guest-cgroups.ts';
import { GuestConsoles } from './guest-consoles.ts';
import { guestDiskReader } from './guest-disk-reader.ts';
import { GuestDisks } from './guest-disks.ts';
import { guestFact } from './guest-fact.ts';
import type { StateFolders } from './guest-folder.ts';
import { GuestPower } from './guest-power.ts';
import type { GuestRecords } from './guest-records.ts';
import { GuestSteps } from './guest-steps.ts';
import type { GuestUsers } from './guest-users.ts';
import type { ImageCache } from './image-cache.ts';
import type { LiveMigrations } from './live-migrations.ts';
import type { Machines } from './machines.ts';
import type { MemoryOnDisk } from './memory-on-disk.ts';
import { MigratingMachines } from './migrating-machines.ts';
import { runningMachines } from './orphan-machines.ts';
import { PluggedCards } from './plugged-cards.ts';
import { PluggedDisks } from './plugged-disks.ts';
import type { Quiescer } from './quiescer.ts';
import { RunningGuests } from './running-guests.ts';
import { SaveUploads } from './save-uploads.ts';
import type { SavedDisks } from './saved-disks.ts';
import type { Taps } from './taps.ts';

const LOG_WATCH_MS = 2_000;
const IMAGE_SWEEP_MS = 60_000;
interface QemuDriverOptions {
  readonly folders: StateFolders;
  readonly records: GuestRecords;
  readonly machines: Machines;
  readonly agents: GuestAgents;
  readonly quiescer: Quiescer;
  readonly images: ImageCache;
  readonly disks: Omit<ConstructorParameters<typeof GuestDisks>[0], 'isDown' | 'own'>;
  readonly users: GuestUsers;
  readonly cgroups: GuestCgroups;
  readonly dispatcher: Dispatcher;
  readonly memory: MemoryOnDisk;
  readonly migrations: LiveMigrations;
  readonly saves: SavedDisks;
  readonly console: ConsoleLog;
  readonly taps: Taps;
  readonly connections: DiskConnections;
  readonly openWall: () => Promise<void>;
  readonly readHost: () => Promise<HostReport>;
  readonly probeAcceleration: () => Promise<Acceleration>;
  readonly log: Logger;
  readonly clock?: Clock;
}

/** Guests as QEMU processes of this host, one each. See README.md. */
export class QemuDriver implements Driver {
  readonly name = 'qemu';
  readonly parallel = 16;
  readonly disks: DiskReader;
  readonly #options: QemuDriverOptions;
  readonly #disks: GuestDisks;
  readonly #steps: GuestSteps;
  readonly #power: GuestPower;
  readonly #migrating: MigratingMachines;
  readonly #running: RunningGuests;
  readonly #uploads: SaveUploads;
  readonly #consoles: GuestConsoles;
  readonly #cards: PluggedCards;
  readonly #pluggedDisks: PluggedDisks;
  readonly #clock: Clock;
  readonly #listeners: ((guestId: string) => void)[] = [];
  #host: HostReport | undefined;
  #acceleration: Promise<Acceleration> | undefined;
  #logWatch: NodeJS.Timeout | undefined;
  #imageSweep: NodeJS.Timeout | undefined;

  constructor(options: QemuDriverOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#cards = new PluggedCards(options.machines, this.#clock);
    this.#pluggedDisks = new PluggedDisks({ ...options, clock: this.#clock });
    const steps = new GuestSteps(options);
    const acceleration = async (): Promise<Acceleration> => (await this.#acceleration) ?? 'tcg';
    this.#steps = steps;
    this.#power = new GuestPower({ ...options, steps, acceleration, clock: this.#clock });
    this.#migrating = new MigratingMachines({ ...options, steps, acceleration });
    this.#running = new RunningGuests({ ...options, steps });
    this.#uploads = new SaveUploads(options);
    const isDown = async (guestId: string) => (await options.machines.state(guestId)) === 'gone';
    const { users } = options;
    this.#consoles = new GuestConsoles(options.machines);
    this.#disks = new GuestDisks({ ...options.disks, isDown, own: (guestId) => users.ownFolder(guestId) });
    const baseOf = (guestId: string) => options.records.get(guestId)?.desired.spec.image.sha256 ?? null;
    const uidOf = (guestId: string) => users.uidOf(guestId);
    this.disks = guestDiskReader({ ...options.disks, uidOf, hasUsers: users.imageUid !== null, baseOf });
  }

  async open(): Promise<void> {
    const { records, users, cgroups, images, disks, folders, openWall, readHost, probeAcceleration, log } =
      this.#options;
    await records.open();
    await users.open();
    await images.open();
    await disks.diskImages.probe(folders.images);
    await cgroups.open();
    await openWall();
    await this.#listenForDisks();
    this.#host = await readHost();
    await this.#pinAgain();
    this.#acceleration = probeAcceleration();
    this.#acceleration.catch((error) => log.error({ err: error }, 'acceleration cannot be probed'));
    this.#logWatch = setInterval(() => void this.#turnLogsOver(), LOG_WATCH_MS);
    this.#imageSweep = setInterval(() => {
      images.sweep().catch((error) => log.warn({ err: error }, 'unused base images cannot be removed'));
    }, IMAGE_SWEEP_MS);
    this.#options.quiescer.recover();
    // Looking connects to the monitors, so the events of guests that run already are heard from now on.
    const observed = await this.findAll();
    log.info(
      { guests: observed.length, running: observed.filter((fact) => fact.power === 'running').length },
      'guests found',
    );
  }

  async close(): Promise<void> {
    clearInterval(this.#logWatch);
    clearInterval(this.#imageSweep);
    this.#options.quiescer.close();
    this.#options.machines.close();
    this.#options.images.close();
    await this.#options.cgroups.close();
    await this.#options.dispatcher.destroy();
    await this.#options.saves.close();
    await this.#options.connections.end();
  }

  async hosts(): Promise<readonly HostReport[]> {
    return this.#host === undefined ? [] : [this.#host];
  }

  /** The NUMA nodes of this host. */
  nodes(): readonly HostNode[] {
    return this.#host?.nodes ?? [];
  }

  onEvent(listener: (guestId: string) => void): void {
    this.#listeners.push(listener);
  }

  /** What the machines tell; passed on unless a step is at work. */
  happened(guestId: string): void {
    this.#uploads.happened(guestId);
    if (this.#steps.isAtWork(guestId)) return;
    for (const listener of this.#listeners) listener(guestId);
  }

  async find(guestId: string): Promise<GuestFact | null> {
    const { records, machines, migrations, folders } = this.#options;
    const record = records.get(guestId);
    if (record === undefined) return null;
    const [process, outgoing, hasDisk, isSuspended] = await Promise.all([
      machines.state(guestId),
      migrations.outgoing(guestId),
      exists(folders.file(guestId, 'disk')),
      exists(folders.file(guestId, 'memory')),
    ]);
    const unaskedStarts = recentCrashStarts(record, this.#clock).length;
    return guestFact({ record, process, outgoing, hasDisk, isSuspended, unaskedStarts });
  }

  async findAll(): Promise<readonly GuestFact[]> {
    const facts = await Promise.all(this.#options.records.all().map(({ desired }) => this.find(desired.guestId)));
    return facts.filter((fact) => fact !== null);
  }

  async orphans(): Promise<readonly Pick<GuestFact, 'guestId' | 'hostName'>[]> {
    const { records, folders } = this.#options;
    const hostName = this.#host?.name ?? '';
    const running = [...(await runningMachines(folders))];
    return running.filter((guestId) => records.get(guestId) === undefined).map((guestId) => ({ guestId, hostName }));
  }

  async accept(desired: DesiredGuest): Promise<void> {
    const { records, machines } = this.#options;
    const known = records.get(desired.guestId);
    // A machine that has ended before the new generation came is not held against it.
    const hasEnded = known !== undefined && (await machines.state(desired.guestId)) === 'ended';
    await records.put({
      expected: 'down',
      restarts: 0,
      machine: [],
      ...known,
      desired,
      stopAsked: hasEnded || known?.stopAsked === true,
      stoppedByItself: false,
      crashStartsMs: [],
    });
  }

  prepareDisk(desired: DesiredGuest, context: StepContext): Promise<void> {
    return this.#disks.prepare(desired, context);
  }

  async attachCard(guestId: string, nic: GuestNic): Promise<void> {
    const { records, taps, users } = this.#options;
    const uid = await users.uidOf(guestId);
    if (uid === null) await taps.check([nic.tapName]);
    else await taps.giveTo(uid, [nic.tapName]);
    await this.#steps.run(guestId, async () => {
      await records.change(guestId, { machine: await this.#cards.attach(this.#steps.record(guestId), nic) });
    });
  }

  async detachCard(guestId: string, tapName: string, { signal }: StepContext): Promise<void> {
    await this.#steps.run(guestId, async () => {
      const machine = await this.#cards.detach(this.#steps.record(guestId), tapName, signal);
      await this.#options.records.change(guestId, { machine });
    });
  }

  async attachDisk(guestId: string, disk: AttachedDisk): Promise<void> {
    await this.#steps.run(guestId, () => this.#pluggedDisks.attach(guestId, disk));
  }

  async detachDisk(guestId: string, diskId: string, { signal }: StepContext): Promise<void> {
    await this.#steps.run(guestId, () => this.#pluggedDisks.detach(guestId, diskId, signal));
  }

  fetchImage(desired: DesiredGuest, context: StepContext): Promise<void> {
    return this.#disks.fetchImage(desired, context);
  }

  async discardDisks(guestId: string, { rebuild, keepEphemeral }: StepArguments['discard-disks']): Promise<void> {
    await this.#disks.discard(
      guestId,
      keepEphemeral ? ['disk', 'configDrive'] : ['disk', 'configDrive', ...BLANK_DISKS],
    );
    await this.#options.records.change(guestId, { rebuilds: rebuild });
  }

  async prepareRescue(
    desired: DesiredGuest,
    { rescueId, image }: StepArguments['prepare-rescue'],
    context: StepContext,
  ): Promise<void> {
    await this.#disks.prepareRescue(desired, image, context);
    await this.#options.records.change(desired.guestId, { rescue: { rescueId, image } });
  }

  async discardRescue(guestId: string): Promise<void> {
    await this.#disks.discard(guestId, ['rescue']);
    await this.#options.records.change(guestId, { rescue: undefined, isRescued: undefined });
  }

  async saveDisk(desired: DesiredGuest, save: Save, context: StepContext): Promise<void> {
    await this.#steps.run(desired.guestId, () => this.#options.saves.save(desired.guestId, save, context));
  }

  uploadSave(guestId: string, save: Save, context: StepContext): Promise<void> {
    return this.#uploads.upload(guestId, save, context);
  }

  async discardSave(guestId: string, saveId: string): Promise<void> {
    await this.#steps.run(guestId, () => this.#options.saves.discard(guestId, saveId));
  }

  start(desired: DesiredGuest): Promise<void> {
    return this.#power.start(desired);
  }

  shutDown(desired: DesiredGuest, gracefulMs: number, context: StepContext): Promise<void> {
    return this.#power.shutDown(desired, gracefulMs, context);
  }

  kill(guestId: string): Promise<void> {
    return this.#power.kill(guestId);
  }

  pause(guestId: string): Promise<void> {
    return this.#power.pause(guestId);
  }

  unpause(guestId: string): Promise<void> {
    return this.#power.unpause(guestId);
  }

  suspendToDisk(guestId: string, context: StepContext): Promise<void> {
    return this.#power.suspendToDisk(guestId, context);
  }

  resumeFromDisk(desired: DesiredGuest): Promise<void> {
    return this.#power.resumeFromDisk(desired);
  }

  discardSuspended(guestId: string): Promise<void> {
    return this.#power.discardSuspended(guestId);
  }

  outgoingMachine(guestId: string): Promise<OutgoingMachine> {
    return this.#migrating.describe(guestId);
  }

  receive(desired: DesiredGuest, migrationId: string, context: StepContext): Promise<void> {
    return this.#migrating.receive(desired, migrationId, context);
  }

  connectIncoming(guestId: string, channel: MigrationChannel): Promise<Duplex> {
    return this.#options.migrations.connectIncoming(guestId, channel);
  }

  takeOver(desired: DesiredGuest, context: StepContext): Promise<void> {
    return this.#migrating.takeOver(desired, context);
  }

  async send({ guestId }: DesiredGuest, migration: OutgoingSide, context: StepContext): Promise<void> {
    await this.#options.migrations.send(guestId, migration, context);
  }

  endSending(guestId: string): Promise<void> {
    return this.#options.migrations.endSending(guestId);
  }

  async remove(guestId: string): Promise<void> {
    const { records } = this.#options;
    await this.#steps.run(guestId, async () => {
      await this.#steps.end(guestId);
      await records.remove(guestId);
      this.#options.users.release(guestId);
    });
  }

  async consoleOutput(guestId: string, lines: number | null): Promise<string> {
    this.#steps.record(guestId);
    return await this.#options.console.read(guestId, lines);
  }

  async openConsole(guestId: string, type: ConsoleType): Promise<Duplex> {
    return await this.#consoles.open(this.#steps.record(guestId), type);
  }

  cacheImage(image: Image): Promise<boolean> {
    return this.#options.images.prefetch(image);
  }

  injectNmi(guestId: string): Promise<void> {
    return this.#running.injectNmi(guestId);
  }

  setPassword(guestId: string, user: string, password: string): Promise<void> {
    return this.#running.setPassword(guestId, user, password);
  }

  stats(guestId: string): Promise<GuestStats> {
    return this.#running.stats(guestId);
  }

  /** Machines that ran on while no agent did connect to their disks again. */
  async #listenForDisks(): Promise<void> {
    const { records, machines, connections, log } = this.#options;
    for (const { desired, attached = [] } of records.all()) {
      const { guestId } = desired;
      if (attached.length === 0 || (await machines.process(guestId)) === null) continue;
      for (const { disk } of attached) {
        await connections.listen(guestId, disk).catch((error: unknown) => {
          log.error({ err: error, guestId, disk: disk.id }, 'the disk of a service cannot be connected again');
        });
      }
    }
  }

  /** Machines whose agent ended between their start and their pinning. */
  async #pinAgain(): Promise<void> {
    const { records, machines, log } = this.#options;
    for (const { desired, isSaving } of records.all()) {
      const { guestId, spec } = desired;
      if (spec.placement === undefined || isSaving === true) continue;
      await machines.pin(guestId).catch((error: unknown) => {
        log.error({ err: error, guestId }, 'the processors of a guest cannot be pinned');
      });
    }
  }

  async #turnLogsOver(): Promise<void> {
    const { records, console, log } = this.#options;
    for (const { desired, expected } of records.all()) {
      if (expected === 'down') continue;
      await console.turnOver(desired.guestId).catch((error) => log.warn({ err: error }, 'a console log cannot be cut'));
    }
  }
}
