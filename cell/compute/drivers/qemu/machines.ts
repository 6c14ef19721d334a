import type { Socket } from 'node:net';
import { isVolvoxError, messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import { exists } from '#platform/files/exists.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { GuestCpus } from './guest-cpus.ts';
import type { GUEST_FILES, StateFolders } from './guest-folder.ts';
import { connectSocket } from './guest-socket.ts';
import type { GuestWall } from './guest-wall.ts';
import { findProcess, launch, userOf, waitForEnd } from './machine-process.ts';
import { QUERY_CPUS, QUERY_STATUS, type Query } from './monitor-answers.ts';
import { Qmp } from './qmp.ts';

/** How QEMU says a machine is (`query-status`), as far as it matters. `gone`: no process; `silent`: one that does not answer. */
export type MachineState = 'gone' | 'silent' | 'running' | 'paused' | 'incoming' | 'ended' | 'broken';

const STATES: ReadonlyMap<string, MachineState> = new Map([
  ['running', 'running'],
  ['inmigrate', 'incoming'],
  ['shutdown', 'ended'],
  ['guest-panicked', 'broken'],
  ['internal-error', 'broken'],
]);

const QUIT_MS = 3_000;
/** The agent looks at a guest after each event of its machine, so that a process that was taken over could keep it looking. */
const EVENTS_APART_MS = 1_000;

interface LaunchOptions {
  readonly resume?: boolean;
  readonly withoutNics?: boolean;
  /** It waits for the state of another machine. */
  readonly incoming?: boolean;
  /** Called while the process can still make names in the folder that it may write to. */
  readonly beforeClosing?: () => Promise<void>;
}

interface MachinesOptions {
  readonly folders: StateFolders;
  readonly wall: Pick<GuestWall, 'prepare' | 'started' | 'ended'>;
  readonly cpus: Pick<GuestCpus, 'command' | 'needsPins' | 'pin'>;
  /** A machine ended, or said something of itself; soon after the one before, it is told late, and once for all of them. */
  readonly onEvent: (guestId: string) => void;
  readonly log: Logger;
}

/** The QEMU processes of this host, each with the one connection to its monitor. */
export class Machines {
  readonly #options: MachinesOptions;
  readonly #monitors = new Map<string, Qmp>();
  /** Guests of which an event was told just now, and whether another is to be told. */
  readonly #told = new Map<string, { again: boolean }>();
  #closing = false;

  constructor(options: MachinesOptions) {
    this.#options = options;
  }

  async state(guestId: string): Promise<MachineState> {
    if ((await findProcess(this.#options.folders, guestId)) === null) return 'gone';
    try {
      const { status } = await this.ask(guestId, QUERY_STATUS);
      return STATES.get(status) ?? 'paused';
    } catch (error) {
      if ((await findProcess(this.#options.folders, guestId)) === null) return 'gone';
      this.#options.log.warn({ guestId, reason: messageOf(error) }, 'the monitor of a guest does not answer');
      return 'silent';
    }
  }

  /** Its pid; null: there is none. */
  process(guestId: string): Promise<number | null> {
    return findProcess(this.#options.folders, guestId);
  }

  /**
   * Starts QEMU behind its wall and waits until its monitor answers; `resume`: from its saved memory; `withoutNics`: a process without a machine.
   * @throws VolvoxError unavailable with QEMU's words.
   */
  async launch(guestId: string, machine: readonly string[], options: LaunchOptions = {}): Promise<void> {
    const { folders, wall, cpus } = this.#options;
    const { beforeClosing, ...how } = options;
    const { command, files } = await wall.prepare(guestId, machine, how);
    const [program = '', ...args] = [...cpus.command(guestId), ...command];
    const isReady = () =>
      this.ask(guestId, QUERY_STATUS).then(
        () => true,
        () => false,
      );
    try {
      await launch({ folders, guestId, program, args, files, isReady });
      await beforeClosing?.();
      await wall.started(guestId);
      if (options.withoutNics !== true) await this.#pinOrKill(guestId);
    } catch (error) {
      await wall.ended(guestId);
      throw error;
    } finally {
      for (const file of files) await file.close();
    }
  }

  /** Gives each virtual CPU of a machine that is up the CPUs of its placement. @throws VolvoxError as `GuestCpus.pin`. */
  async pin(guestId: string): Promise<void> {
    const { cpus, folders } = this.#options;
    if (!cpus.needsPins(guestId)) return;
    const pid = await findProcess(folders, guestId);
    if (pid !== null) await cpus.pin(guestId, pid, await this.ask(guestId, QUERY_CPUS));
  }

  async #pinOrKill(guestId: string): Promise<void> {
    await this.pin(guestId).catch(async (error: unknown) => {
      await this.#kill(guestId);
      throw error;
    });
  }

  /** Asks the process of a guest to do something. @throws VolvoxError as `Qmp.execute`, and as `Qmp.connect`. */
  async execute(guestId: string, command: string, args: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await (await this.#monitor(guestId)).execute(command, args);
  }

  /** Asks the process of a guest for something. @throws VolvoxError as `execute`; unavailable for an answer that is none. */
  async ask<T>(guestId: string, { command, args, isAnswer }: Query<T>): Promise<T> {
    const answer = await (await this.#monitor(guestId)).execute(command, args);
    if (!isAnswer(answer)) throw new VolvoxError('unavailable', `The guest's process gives no answer to ${command}.`);
    return answer;
  }

  /**
   * Connects to another socket of the guest's process.
   * @param what as an error begins.
   * @throws VolvoxError unavailable when there is no process, or it does not listen there; forbidden.
   */
  async connect(guestId: string, name: keyof typeof GUEST_FILES, what: string): Promise<Socket> {
    return await connectSocket(this.#options.folders.file(guestId, name), await this.#userOf(guestId), what);
  }

  /** Ends the process, whatever state it is in; its disks are flushed if it still answers. */
  async end(guestId: string): Promise<void> {
    const { folders } = this.#options;
    if ((await findProcess(folders, guestId)) !== null) {
      await this.execute(guestId, 'quit').catch((error) => {
        if (!isVolvoxError(error)) throw error;
      });
      if (!(await waitForEnd(folders, guestId, QUIT_MS))) await this.#kill(guestId);
    }
    this.#monitors.get(guestId)?.close();
    this.#monitors.delete(guestId);
    await this.#options.wall.ended(guestId);
  }

  /** Closes the monitors; the machines run on. */
  close(): void {
    this.#closing = true;
    for (const monitor of this.#monitors.values()) monitor.close();
    this.#monitors.clear();
  }

  #happened(guestId: string): void {
    if (this.#closing) return;
    const told = this.#told.get(guestId);
    if (told !== undefined) {
      told.again = true;
      return;
    }
    const now = { again: false };
    this.#told.set(guestId, now);
    setTimeout(() => {
      this.#told.delete(guestId);
      if (now.again) this.#happened(guestId);
    }, EVENTS_APART_MS).unref();
    this.#options.onEvent(guestId);
  }

  async #kill(guestId: string): Promise<void> {
    const { folders } = this.#options;
    const pid = await findProcess(folders, guestId);
    if (pid !== null) process.kill(pid, 'SIGKILL');
    if (!(await waitForEnd(folders, guestId, QUIT_MS))) {
      throw new VolvoxError('unavailable', `Process ${pid} of the guest does not end.`);
    }
  }

  async #monitor(guestId: string): Promise<Qmp> {
    const known = this.#monitors.get(guestId);
    if (known !== undefined && !known.closed) return known;
    let monitor: Qmp | undefined;
    const { path, uid } = await this.#monitorSocket(guestId);
    const connected = await Qmp.connect(path, {
      uid,
      onEvent: (event) => {
        if (event === 'SHUTDOWN' || event === 'GUEST_PANICKED') this.#happened(guestId);
      },
      onClose: () => {
        // A connection that never came about is no event: who asked for it is told.
        if (monitor === undefined) return;
        if (this.#monitors.get(guestId) === monitor) this.#monitors.delete(guestId);
        this.#happened(guestId);
      },
    });
    monitor = connected;
    this.#monitors.set(guestId, monitor);
    return monitor;
  }

  /** Its socket belongs to the user of its process. That of an earlier release was made by root before it became another user. */
  async #monitorSocket(guestId: string): Promise<{ readonly path: string; readonly uid: number }> {
    const { folders } = this.#options;
    const former = folders.file(guestId, 'formerMonitor');
    if (await exists(former)) return { path: former, uid: process.getuid?.() ?? 0 };
    return { path: folders.file(guestId, 'monitor'), uid: await this.#userOf(guestId) };
  }

  /** @throws VolvoxError unavailable when it has no process. */
  async #userOf(guestId: string): Promise<number> {
    const pid = await findProcess(this.#options.folders, guestId);
    const uid = pid === null ? null : await userOf(pid);
    if (uid === null) throw new VolvoxError('unavailable', 'The process of the guest has gone.');
    return uid;
  }
}
