import { stat } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { isVolvoxError, messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { ObservedMigration, OutgoingSide } from '#platform/objects/guest-parts.ts';
import { untilAborted } from '#platform/time/until-aborted.ts';
import type { GuestFact, StepContext } from '../driver.ts';
import type { MigrationChannel } from '../migration-channel.ts';
import { acceptMachine } from './accept-machine.ts';
import { GUEST_FILES, type StateFolders } from './guest-folder.ts';
import type { GuestRecords } from './guest-records.ts';
import { connectSocket } from './guest-socket.ts';
import type { Machines } from './machines.ts';
import { QUERY_JOBS, QUERY_MIGRATE } from './monitor-answers.ts';

const POLL_MS = 50;
/** While the processors are halted. */
const SOON_MS = 5;
const TAKE_OVER_MS = 60_000;
const MIB = 1024 ** 2;
const ANNOUNCE = { initial: 20, max: 550, rounds: 5, step: 100 } as const;
const FILES = { memory: 'incomingSocket', disks: 'exportsSocket' } as const;

interface LiveMigrationsOptions {
  readonly folders: StateFolders;
  readonly records: GuestRecords;
  readonly machines: Machines;
  /** Connects to the machine at the other end. */
  readonly connect: (to: OutgoingSide['to'], channel: MigrationChannel) => Promise<Duplex>;
  readonly bandwidthMbps: number;
  readonly downtimeMs: number;
  readonly log: Logger;
}

interface Sending {
  readonly id: string;
  readonly done: Promise<void>;
  readonly abort: AbortController;
  hurried: boolean;
  memory: ObservedMigration['memory'];
  disks: ObservedMigration['disks'];
  /** As QEMU says in the end. */
  downtimeMs: number | null;
}

const NOTHING = { totalBytes: 0, sentBytes: 0, remainingBytes: 0 };

/** The disks of a machine that may be written to, by the names of their drives. */
const writableDrives = (machine: readonly string[]): readonly string[] =>
  machine.flatMap((argument) => /,format=qcow2,if=none,id=([a-z0-9]+),/.exec(argument)?.[1] ?? []);

const jobOf = (drive: string): string => `mirror-${drive}`;

/**
 * Sends and receives machines while they run. The incoming QEMU listens for memory and exports its disks (NBD); the outgoing one mirrors each
 * disk there, then sends its memory. Before its last step it halts its processors, and the mirrors end, so that both have the same disks.
 * QEMU connects to the agent, and the agents to each other (migration-relay.ts), since a guest's process reaches no network.
 */
export class LiveMigrations {
  readonly #options: LiveMigrationsOptions;
  readonly #sendings = new Map<string, Sending>();

  constructor(options: LiveMigrationsOptions) {
    this.#options = options;
  }

  /** Launches the machine so that it waits. Before its folder is closed, it makes the sockets. */
  async receive(guestId: string, machine: readonly string[]): Promise<void> {
    const { machines } = this.#options;
    await machines.launch(guestId, machine, {
      incoming: true,
      beforeClosing: async () => {
        const addr = { type: 'unix', data: { path: GUEST_FILES.exportsSocket } };
        await machines.execute(guestId, 'nbd-server-start', { addr });
        for (const device of writableDrives(machine))
          await machines.execute(guestId, 'nbd-server-add', { device, name: device, writable: true });
      },
    });
  }

  async connectIncoming(guestId: string, channel: MigrationChannel): Promise<Duplex> {
    const { machines, folders } = this.#options;
    const pid = await machines.process(guestId);
    if (pid === null) throw new VolvoxError('conflict', `No machine waits for guest ${guestId}.`);
    const { uid } = await stat(`/proc/${pid}`);
    return await connectSocket(folders.file(guestId, FILES[channel]), uid, 'The machine that waits');
  }

  async takeOver(guestId: string, runs: boolean, signal: AbortSignal): Promise<void> {
    const { machines } = this.#options;
    for (const deadline = Date.now() + TAKE_OVER_MS; (await machines.state(guestId)) === 'incoming'; ) {
      if (Date.now() >= deadline)
        throw new VolvoxError('unavailable', 'The machine has not received all of its memory.');
      await delay(SOON_MS, undefined, { signal });
    }
    // An attempt that was cut off has stopped it already.
    await machines.execute(guestId, 'nbd-server-stop').catch((error: unknown) => {
      if (!isVolvoxError(error, 'conflict')) throw error;
    });
    if (!runs) return;
    await machines.execute(guestId, 'cont');
    await machines.execute(guestId, 'announce-self', ANNOUNCE);
  }

  async send(guestId: string, migration: OutgoingSide, { signal, progress }: StepContext): Promise<void> {
    let sending = this.#sendings.get(guestId);
    if (sending?.id !== migration.id) sending = await this.#begin(guestId, migration);
    if (migration.hurry && !sending.hurried) {
      sending.hurried = true;
      await this.#options.machines.execute(guestId, 'stop');
    }
    const told = setInterval(() => progress(percentOf(sending), factOf(sending, 'sending')), POLL_MS);
    await untilAborted(sending.done, signal).finally(() => clearInterval(told));
  }

  async endSending(guestId: string): Promise<void> {
    const { records, machines } = this.#options;
    const sending = this.#sendings.get(guestId);
    sending?.abort.abort(new VolvoxError('conflict', 'The live migration was ended.'));
    await sending?.done;
    this.#sendings.delete(guestId);
    if ((await machines.state(guestId)) !== 'gone') await this.#clear(guestId, this.#drives(guestId));
    await records.change(guestId, { outgoing: undefined });
  }

  /** How far the machine has come, as its process and its record tell. */
  async outgoing(guestId: string): Promise<GuestFact['outgoing']> {
    const record = this.#options.records.get(guestId)?.outgoing;
    if (record === undefined) return null;
    const sending = this.#sendings.get(guestId);
    const { memory = NOTHING, disks = NOTHING } = sending ?? {};
    const fact = (state: ObservedMigration['state'], message = '') =>
      factOf({ id: record.id, memory, disks }, state, message);
    if (record.failed !== undefined) return fact('failed', record.failed);
    if (record.sent === true) return fact('sent');
    return sending?.id === record.id
      ? fact('sending')
      : fact('failed', 'The agent of the host was restarted during the live migration.');
  }

  async #begin(guestId: string, migration: OutgoingSide): Promise<Sending> {
    const { records, log } = this.#options;
    await records.change(guestId, { outgoing: { id: migration.id } });
    const abort = new AbortController();
    const begun = Promise.withResolvers<void>();
    const sending: Sending = {
      ...{ id: migration.id, done: begun.promise, abort, hurried: false },
      ...{ memory: NOTHING, disks: NOTHING, downtimeMs: null },
    };
    this.#sendings.set(guestId, sending);
    const drives = this.#drives(guestId);
    void this.#run(guestId, migration, sending, drives)
      .then(async () => {
        log.info({ guestId, downtimeMs: sending.downtimeMs }, 'guest: everything was sent to its other host');
        await records.change(guestId, { outgoing: { id: migration.id, sent: true } });
      })
      .catch(async (error: unknown) => {
        log.warn({ guestId, reason: messageOf(error) }, 'guest: a live migration failed');
        await this.#clear(guestId, drives);
        await records.change(guestId, { outgoing: { id: migration.id, failed: messageOf(error) } });
      })
      .catch((error: unknown) => log.error({ guestId, err: error }, 'guest: a live migration cannot be taken back'))
      .finally(() => begun.resolve());
    return sending;
  }

  #drives(guestId: string): readonly string[] {
    return writableDrives(this.#options.records.get(guestId)?.machine ?? []);
  }

  async #run(guestId: string, migration: OutgoingSide, sending: Sending, drives: readonly string[]): Promise<void> {
    const { machines, folders, connect, bandwidthMbps, downtimeMs } = this.#options;
    const { signal } = sending.abort;
    const pid = await machines.process(guestId);
    if (pid === null) throw new VolvoxError('conflict', `Guest ${guestId} does not run.`);
    const { uid } = await stat(`/proc/${pid}`);
    const relay = (channel: MigrationChannel) => (socket: Socket) =>
      void connect(migration.to, channel).then(
        (other) => join(socket, other),
        (error: unknown) => {
          socket.destroy();
          sending.abort.abort(error);
        },
      );
    const disks = await acceptMachine(folders.file(guestId, 'mirrorSocket'), uid, relay('disks'));
    const memory = await acceptMachine(folders.file(guestId, 'memorySocket'), uid, relay('memory'));
    try {
      for (const device of drives) {
        await machines.execute(guestId, 'drive-mirror', {
          ...{ device, 'job-id': jobOf(device), mode: 'existing', format: 'raw' },
          // The other root disk stands on the same image.
          sync: device === 'root' ? 'top' : 'full',
          target: `nbd:unix:${GUEST_FILES.mirrorSocket}:exportname=${device}`,
        });
      }
      await this.#until(signal, POLL_MS, () => this.#areMirrored(guestId, sending, drives));
      await machines.execute(guestId, 'migrate-set-capabilities', { capabilities: capabilities(true) });
      await machines.execute(guestId, 'migrate-set-parameters', {
        'max-bandwidth': bandwidthMbps * MIB,
        'downtime-limit': downtimeMs,
      });
      await machines.execute(guestId, 'migrate', { uri: `unix:${GUEST_FILES.memorySocket}` });
      await this.#until(signal, SOON_MS, () => this.#hasReached(guestId, sending, 'pre-switchover'));
      for (const device of drives) await machines.execute(guestId, 'block-job-cancel', { device: jobOf(device) });
      await this.#until(signal, SOON_MS, async () => (await this.#mirrors(guestId)).length === 0);
      await machines.execute(guestId, 'migrate-continue', { state: 'pre-switchover' });
      await this.#until(signal, SOON_MS, () => this.#hasReached(guestId, sending, 'completed'));
    } finally {
      await disks.close();
      await memory.close();
    }
  }

  async #until(signal: AbortSignal, everyMs: number, isSo: () => Promise<boolean>): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      if (await isSo()) return;
      await delay(everyMs);
    }
  }

  #mirrors = async (guestId: string) =>
    (await this.#options.machines.ask(guestId, QUERY_JOBS)).filter(({ id }) => id.startsWith(jobOf('')));

  async #areMirrored(guestId: string, sending: Sending, drives: readonly string[]): Promise<boolean> {
    const jobs = await this.#mirrors(guestId);
    if (jobs.length < drives.length) throw new VolvoxError('unavailable', 'The disks cannot be mirrored.');
    const totalBytes = jobs.reduce((sum, job) => sum + job['total-progress'], 0);
    const sentBytes = jobs.reduce((sum, job) => sum + job['current-progress'], 0);
    sending.disks = { totalBytes, sentBytes, remainingBytes: Math.max(0, totalBytes - sentBytes) };
    return jobs.every(({ status }) => status === 'ready');
  }

  async #hasReached(guestId: string, sending: Sending, status: string): Promise<boolean> {
    const state = await this.#options.machines.ask(guestId, QUERY_MIGRATE);
    const { ram } = state;
    if (ram !== undefined)
      sending.memory = { totalBytes: ram.total, sentBytes: ram.transferred, remainingBytes: ram.remaining };
    sending.downtimeMs = state.downtime ?? null;
    if (state.status === 'failed' || state.status === 'cancelled')
      throw new VolvoxError('unavailable', `The memory cannot be sent: ${state['error-desc'] ?? state.status}`);
    return state.status === status;
  }

  /** The machine is as if nothing had been sent; if all was, its processors are halted. */
  async #clear(guestId: string, drives: readonly string[]): Promise<void> {
    const { machines } = this.#options;
    const quietly = (command: string, args: Readonly<Record<string, unknown>> = {}) =>
      machines.execute(guestId, command, args).catch((error: unknown) => {
        // It has nothing to cancel, or is gone.
        if (!isVolvoxError(error)) throw error;
      });
    await quietly('migrate_cancel');
    for (const device of drives) await quietly('block-job-cancel', { device: jobOf(device), force: true });
    await quietly('migrate-set-capabilities', { capabilities: capabilities(false) });
  }
}

const capabilities = (state: boolean) => [
  { capability: 'pause-before-switchover', state },
  { capability: 'auto-converge', state },
];

const factOf = (
  { id, memory, disks }: Pick<Sending, 'id' | 'memory' | 'disks'>,
  state: ObservedMigration['state'],
  message = '',
): NonNullable<GuestFact['outgoing']> => ({ id, state, memory, disks, message });

function percentOf({ memory, disks }: Sending): number {
  const total = memory.totalBytes + disks.totalBytes;
  return total === 0 ? 0 : Math.floor((100 * (total - memory.remainingBytes - disks.remainingBytes)) / total);
}

/** Until either end closes. */
function join(one: Duplex, other: Duplex): void {
  const over = (): void => {
    one.destroy();
    other.destroy();
  };
  pipeline(one, other, over);
  pipeline(other, one, over);
}
