import { readFile } from 'node:fs/promises';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { exists } from '#platform/files/exists.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { AttachedDisk } from '#platform/objects/attached-disk.ts';
import type { ConsoleType } from '#platform/objects/console.ts';
import type { DesiredGuest, GuestNic, GuestStats } from '#platform/objects/guest.ts';
import { BLANK_DISKS } from '#platform/objects/guest-disks.ts';
import { type OutgoingSide, type Save, sourceOf } from '#platform/objects/guest-parts.ts';
import type { HostReport } from '#platform/objects/host.ts';
import type { Image } from '#platform/objects/image.ts';
import { nicModelOf } from '#platform/objects/image-hardware.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import { writeFileAtomically } from '../../../agent/atomic-file.ts';
import type { DiskReader } from '../../disk-transfer/disk-reader.ts';
import { partsOf } from '../../parts/part.ts';
import type { StepArguments } from '../../steps.ts';
import type { Driver, GuestFact, StepContext } from '../driver.ts';
import type { MigrationChannel } from '../migration-channel.ts';
import type { OutgoingMachine } from '../outgoing-machine.ts';
import type { Acceleration } from './acceleration.ts';
import { cardsAt, cardsOn, withCardsAt } from './cards.ts';
import type { ConsoleLog } from './console-log.ts';
import type { DiskConnections } from './disk-connections.ts';
import { fetchOutgoing } from './fetch-outgoing.ts';
import type { GuestAgents } from './guest-agents.ts';
import type { GuestCgroups } from './guest-cgroups.ts';
import { GuestConsoles } from './guest-consoles.ts';
import { guestDiskReader } from './guest-disk-reader.ts';
import { GuestDisks } from './guest-disks.ts';
import type { StateFolders } from './guest-folder.ts';
import type { GuestRecord, GuestRecords, RecordedDisk } from './guest-records.ts';
import { guestStats } from './guest-stats.ts';
import type { GuestUsers } from './guest-users.ts';
import type { ImageCache } from './image-cache.ts';
import type { LiveMigrations } from './live-migrations.ts';
import { machineArguments } from './machine-arguments.ts';
import type { Machines } from './machines.ts';
import type { MemoryOnDisk } from './memory-on-disk.ts';
import { QUERY_BLOCKSTATS, QUERY_CPUS } from './monitor-answers.ts';
import { movedCards } from './moved-cards.ts';
import { runningMachines } from './orphan-machines.ts';
import { PluggedCards } from './plugged-cards.ts';
import { PluggedDisks } from './plugged-disks.ts';
import type { Quiescer } from './quiescer.ts';
import type { SavedDisks } from './saved-disks.ts';
import type { Taps } from './taps.ts';

const CRASH_WINDOW_MS = 60_000;
const LOG_WATCH_MS = 2_000;
const IMAGE_SWEEP_MS = 60_000;
/** How often a guest is asked to shut down: one that is still booting does not hear the first time. */
const ASK_AGAIN_MS = 1_000;
const POLL_MS = 50;

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

const asAttached = (disk: AttachedDisk): RecordedDisk => ({ disk, state: 'attached' });

/** Guests as QEMU processes of this host, one each. See README.md. */
export class QemuDriver implements Driver {
  readonly name = 'qemu';
  readonly parallel = 16;
  readonly disks: DiskReader;
  readonly #options: QemuDriverOptions;
  readonly #disks: GuestDisks;
  readonly #consoles: GuestConsoles;
  readonly #cards: PluggedCards;
  readonly #pluggedDisks: PluggedDisks;
  readonly #clock: Clock;
  /** Guests that a step works on now: what happens to them is the step's doing. */
  readonly #inStep = new Set<string>();
  /** Guests whose save is being uploaded, and what to call when something happened to their machine. */
  readonly #uploading = new Map<string, () => void>();
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

  onEvent(listener: (guestId: string) => void): void {
    this.#listeners.push(listener);
  }

  /** What the machines tell; passed on unless a step is at work. */
  happened(guestId: string): void {
    this.#uploading.get(guestId)?.();
    if (this.#inStep.has(guestId)) return;
    for (const listener of this.#listeners) listener(guestId);
  }

  async find(guestId: string): Promise<GuestFact | null> {
    const record = this.#options.records.get(guestId);
    if (record === undefined) return null;
    const { folders } = this.#options;
    const isSaving = record.isSaving === true;
    const [process, outgoing, hasDisk, isSuspended] = await Promise.all([
      this.#options.machines.state(guestId),
      this.#options.migrations.outgoing(guestId),
      exists(folders.file(guestId, 'disk')),
      exists(folders.file(guestId, 'memory')),
    ]);
    // A process that saves the disk of a guest which is down is no machine of the guest.
    const state = isSaving ? 'gone' : process;
    const ended = state === 'ended' || state === 'broken' || (isSaving && process !== 'gone');
    return {
      guestId,
      hostName: record.desired.hostName,
      desired: record.desired,
      power: powerOf(),
      hasDisk,
      restarts: record.restarts,
      stoppedByItself: record.stoppedByItself || (state === 'ended' && !record.stopAsked && !isSuspended),
      leftover: ended || (isSuspended && process !== 'gone'),
      unaskedStarts: this.#recentCrashStarts(record).length,
      cards: hasMachine() ? cardsOn(record.machine) : null,
      movedCards: hasMachine() ? movedCards(record.machine, record.desired.spec) : [],
      disks: hasMachine() ? (record.attached ?? []).map(({ disk, state }) => ({ diskId: disk.id, state })) : null,
      rebuilds: record.rebuilds ?? 0,
      rescueDiskId: record.rescue?.rescueId ?? null,
      rescueId: record.isRescued === true && hasMachine() ? (record.rescue?.rescueId ?? null) : null,
      saves: (record.saves ?? []).map(({ saveId, state }) => ({ saveId, state })),
      incoming: record.incoming ?? null,
      outgoing,
    };

    function hasMachine(): boolean {
      return isSuspended || state !== 'gone';
    }

    function powerOf(): GuestFact['power'] {
      if (isSuspended) return 'suspended';
      switch (state) {
        case 'running':
        case 'silent':
          return 'running';
        case 'paused':
        case 'incoming':
          return 'paused';
        case 'ended':
          return 'shutdown';
        case 'broken':
          return 'crashed';
        case 'gone':
          return record?.expected === 'up' ? 'crashed' : 'shutdown';
      }
    }
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
    await this.#step(guestId, async () => {
      await records.change(guestId, { machine: await this.#cards.attach(this.#record(guestId), nic) });
    });
  }

  async detachCard(guestId: string, tapName: string, { signal }: StepContext): Promise<void> {
    await this.#step(guestId, async () => {
      const machine = await this.#cards.detach(this.#record(guestId), tapName, signal);
      await this.#options.records.change(guestId, { machine });
    });
  }

  async attachDisk(guestId: string, disk: AttachedDisk): Promise<void> {
    await this.#step(guestId, () => this.#pluggedDisks.attach(guestId, disk));
  }

  async detachDisk(guestId: string, diskId: string, { signal }: StepContext): Promise<void> {
    await this.#step(guestId, () => this.#pluggedDisks.detach(guestId, diskId, signal));
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
    await this.#step(desired.guestId, () => this.#options.saves.save(desired.guestId, save, context));
  }

  /** A machine that ends meanwhile is looked at first; the upload begins again afterwards. */
  async uploadSave(guestId: string, save: Save, context: StepContext): Promise<void> {
    const { machines, saves, log } = this.#options;
    const before = await machines.state(guestId);
    const interrupted = new AbortController();
    this.#uploading.set(guestId, () => {
      machines.state(guestId).then(
        (now) => now !== before && interrupted.abort(new Error('the machine ended')),
        (error) => log.warn({ err: error, guestId }, 'the state of a machine is not known'),
      );
    });
    try {
      const signal = AbortSignal.any([context.signal, interrupted.signal]);
      await saves.upload(guestId, save, { ...context, signal });
    } catch (error) {
      context.signal.throwIfAborted();
      if (!interrupted.signal.aborted) throw error;
    } finally {
      this.#uploading.delete(guestId);
    }
  }

  async discardSave(guestId: string, saveId: string): Promise<void> {
    await this.#step(guestId, () => this.#options.saves.discard(guestId, saveId));
  }

  async start(desired: DesiredGuest): Promise<void> {
    const { guestId, spec } = desired;
    const { records, machines, taps, connections } = this.#options;
    const record = this.#record(guestId);
    const crashed = (await machines.state(guestId)) === 'gone' && record.expected === 'up';
    await taps.check(spec.nics.map((nic) => nic.tapName));
    const acceleration = (await this.#acceleration) ?? 'tcg';
    const { boot, disks } = partsOf(desired);
    const rescue = boot.from === 'rescue' ? record.rescue : undefined;
    const machine = machineArguments({ guestId, spec, rescue: rescue?.image ?? null, acceleration, attached: disks });
    await connections.openAll(guestId, disks);
    await this.#step(guestId, async () => {
      await records.change(guestId, {
        expected: 'up',
        restarts: desired.restarts,
        stopAsked: false,
        stoppedByItself: false,
        machine,
        attached: disks.map(asAttached),
        isRescued: rescue !== undefined,
        incoming: undefined,
        isSaving: undefined,
        mayBeFrozen: undefined,
        crashStartsMs: [...this.#recentCrashStarts(record), ...(crashed ? [this.#clock.now()] : [])],
      });
      await machines.launch(guestId, machine).catch(async (error: unknown) => {
        await records.change(guestId, { expected: 'down' });
        throw error;
      });
    });
  }

  async shutDown(desired: DesiredGuest, gracefulMs: number, { signal }: StepContext): Promise<void> {
    const { guestId } = desired;
    const { records, machines } = this.#options;
    await this.#step(guestId, async () => {
      await records.change(guestId, { stopAsked: true });
      const deadline = this.#clock.now() + gracefulMs;
      for (let askAt = 0; this.#clock.now() < deadline; await this.#clock.sleep(POLL_MS, signal)) {
        signal.throwIfAborted();
        const state = await machines.state(guestId);
        if (state !== 'running') break;
        if (this.#clock.now() < askAt) continue;
        askAt = this.#clock.now() + ASK_AGAIN_MS;
        await machines.execute(guestId, 'system_powerdown');
      }
      await records.change(guestId, { expected: 'down' });
      await this.#end(guestId);
    });
  }

  async kill(guestId: string): Promise<void> {
    const { records, machines } = this.#options;
    const record = this.#record(guestId);
    await this.#step(guestId, async () => {
      const state = await machines.state(guestId);
      const stoppedByItself = record.stoppedByItself || (state === 'ended' && !record.stopAsked);
      if (record.isSaving === true) {
        await this.#end(guestId);
        return await records.change(guestId, { isSaving: undefined });
      }
      // A machine that broke is found crashed afterwards, so that its next start counts as unasked.
      if (state !== 'broken') await records.change(guestId, { expected: 'down', stoppedByItself });
      await this.#end(guestId);
    });
  }

  async pause(guestId: string): Promise<void> {
    await this.#step(guestId, () => this.#options.machines.execute(guestId, 'stop'));
  }

  async unpause(guestId: string): Promise<void> {
    await this.#step(guestId, () => this.#options.machines.execute(guestId, 'cont'));
    this.#options.agents.syncTime(guestId);
  }

  async suspendToDisk(guestId: string, { signal }: StepContext): Promise<void> {
    const { records, memory } = this.#options;
    const { desired } = this.#record(guestId);
    await this.#step(guestId, async () => {
      await memory.save(guestId, desired.spec.ramMb, signal);
      await records.change(guestId, { expected: 'down' });
      await this.#end(guestId);
    });
  }

  async resumeFromDisk(desired: DesiredGuest): Promise<void> {
    const { guestId, spec } = desired;
    const { records, memory, taps, connections } = this.#options;
    const { machine, attached = [] } = this.#record(guestId);
    await taps.check(spec.nics.map((nic) => nic.tapName));
    await connections.openAll(
      guestId,
      attached.map(({ disk }) => disk),
    );
    await this.#step(guestId, async () => {
      await records.change(guestId, { isSaving: undefined });
      await memory.restore(guestId, machine, spec.ramMb);
      await records.change(guestId, { expected: 'up', restarts: desired.restarts, stopAsked: false });
    });
    this.#options.agents.syncTime(guestId);
  }

  async discardSuspended(guestId: string): Promise<void> {
    const { records, memory } = this.#options;
    await this.#step(guestId, async () => {
      await this.#end(guestId);
      await records.change(guestId, { expected: 'down' });
      await memory.discard(guestId);
    });
  }

  async outgoingMachine(guestId: string): Promise<OutgoingMachine> {
    await this.#mustRun(guestId);
    const { machine, desired } = this.#record(guestId);
    const { folders } = this.#options;
    const drive = desired.spec.configDrive ? await readFile(folders.file(guestId, 'configDrive'), 'base64') : null;
    return { cards: [...cardsAt(machine)], configDrive: drive };
  }

  async receive(desired: DesiredGuest, migrationId: string, { signal }: StepContext): Promise<void> {
    const { guestId, spec } = desired;
    const { records, migrations, taps, connections } = this.#options;
    await taps.check(spec.nics.map((nic) => nic.tapName));
    const { disks } = partsOf(desired);
    const machine = await this.#incomingMachine(desired, signal);
    await connections.openAll(guestId, disks);
    await this.#step(guestId, async () => {
      await records.change(guestId, {
        ...{ incoming: migrationId, restarts: desired.restarts, stopAsked: false, stoppedByItself: false, machine },
        attached: disks.map(asAttached),
      });
      await migrations.receive(guestId, machine);
    });
  }

  /** As the outgoing one is; its config drive is here afterwards. */
  async #incomingMachine(desired: DesiredGuest, signal: AbortSignal): Promise<readonly string[]> {
    const { guestId, spec, parts } = desired;
    const { folders, dispatcher } = this.#options;
    const acceleration = (await this.#acceleration) ?? 'tcg';
    const machine = machineArguments({ guestId, spec, acceleration, attached: partsOf(desired).disks });
    const from = sourceOf(parts);
    if (from === undefined) return machine;
    const { cards, configDrive } = await fetchOutgoing(from, dispatcher, signal);
    if (configDrive !== null)
      await writeFileAtomically(folders.file(guestId, 'configDrive'), Buffer.from(configDrive, 'base64'));
    return withCardsAt(machine, spec.nics, cards, nicModelOf(spec.image));
  }

  connectIncoming(guestId: string, channel: MigrationChannel): Promise<Duplex> {
    return this.#options.migrations.connectIncoming(guestId, channel);
  }

  async takeOver({ guestId, power }: DesiredGuest, { signal }: StepContext): Promise<void> {
    await this.#step(guestId, async () => {
      // From here on a machine that is gone is one that crashed: its disks are whole.
      await this.#options.records.change(guestId, { expected: 'up' });
      await this.#options.migrations.takeOver(guestId, power === 'running', signal);
      await this.#options.records.change(guestId, { incoming: undefined });
    });
    this.#options.agents.syncTime(guestId);
  }

  async send({ guestId }: DesiredGuest, migration: OutgoingSide, context: StepContext): Promise<void> {
    await this.#options.migrations.send(guestId, migration, context);
  }

  endSending(guestId: string): Promise<void> {
    return this.#options.migrations.endSending(guestId);
  }

  async remove(guestId: string): Promise<void> {
    const { records } = this.#options;
    await this.#step(guestId, async () => {
      await this.#end(guestId);
      await records.remove(guestId);
      this.#options.users.release(guestId);
    });
  }

  async consoleOutput(guestId: string, lines: number | null): Promise<string> {
    this.#record(guestId);
    return await this.#options.console.read(guestId, lines);
  }

  async openConsole(guestId: string, type: ConsoleType): Promise<Duplex> {
    return await this.#consoles.open(this.#record(guestId), type);
  }

  cacheImage(image: Image): Promise<boolean> {
    return this.#options.images.prefetch(image);
  }

  async injectNmi(guestId: string): Promise<void> {
    await this.#mustRun(guestId);
    await this.#options.machines.execute(guestId, 'inject-nmi');
  }

  async setPassword(guestId: string, user: string, password: string): Promise<void> {
    await this.#mustRun(guestId);
    const base64 = Buffer.from(password).toString('base64');
    const answer = await this.#options.agents.ask(guestId, {
      execute: 'guest-set-user-password',
      arguments: { username: user, password: base64, crypted: false },
    });
    if (answer === 'refused') throw new VolvoxError('conflict', 'The guest agent refuses to set the password.');
  }

  async stats(guestId: string): Promise<GuestStats> {
    const { desired } = this.#record(guestId);
    const pid = await this.#mustRun(guestId);
    const blocks = await this.#options.machines.ask(guestId, QUERY_BLOCKSTATS);
    const threads = await this.#options.machines.ask(guestId, QUERY_CPUS);
    return await guestStats(pid, desired.spec, blocks, threads);
  }

  /** Its pid. @throws VolvoxError not-found, conflict. */
  async #mustRun(guestId: string): Promise<number> {
    this.#record(guestId);
    const pid = await this.#options.machines.process(guestId);
    if (pid === null) throw new VolvoxError('conflict', `Guest ${guestId} does not run.`);
    return pid;
  }

  #record(guestId: string): GuestRecord {
    const record = this.#options.records.get(guestId);
    if (record === undefined) throw new VolvoxError('not-found', `No guest ${guestId} is here.`);
    return record;
  }

  #recentCrashStarts({ crashStartsMs }: GuestRecord): readonly number[] {
    const now = this.#clock.now();
    return crashStartsMs.filter((ms) => now - ms < CRASH_WINDOW_MS);
  }

  async #step(guestId: string, work: () => Promise<unknown>): Promise<void> {
    this.#inStep.add(guestId);
    try {
      await work();
    } finally {
      this.#inStep.delete(guestId);
    }
  }

  /** The machine is gone afterwards, with its connections. */
  async #end(guestId: string): Promise<void> {
    await this.#options.machines.end(guestId);
    await this.#options.connections.closeAll(guestId);
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

  async #turnLogsOver(): Promise<void> {
    const { records, console, log } = this.#options;
    for (const { desired, expected } of records.all()) {
      if (expected === 'down') continue;
      await console.turnOver(desired.guestId).catch((error) => log.warn({ err: error }, 'a console log cannot be cut'));
    }
  }
}
