import { isVolvoxError, messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Logger } from '#platform/logging/logger.ts';
import type { StateFolders } from './guest-folder.ts';
import type { GuestWall } from './guest-wall.ts';
import { exists } from './image-cache.ts';
import { findProcess, launch, waitForEnd } from './machine-process.ts';
import { Qmp } from './qmp.ts';

/** How QEMU says a machine is (`query-status`), as far as it matters. `gone`: no process; `silent`: one that does not answer. */
type MachineState = 'gone' | 'silent' | 'running' | 'paused' | 'incoming' | 'ended' | 'broken';

const STATES: Readonly<Record<string, MachineState>> = {
  running: 'running',
  inmigrate: 'incoming',
  shutdown: 'ended',
  'guest-panicked': 'broken',
  'internal-error': 'broken',
};

const QUIT_MS = 3_000;

interface MachinesOptions {
  readonly folders: StateFolders;
  readonly wall: Pick<GuestWall, 'prepare' | 'ended'>;
  /** A machine ended, or said something of itself. */
  readonly onEvent: (guestId: string) => void;
  readonly log: Logger;
}

/** The QEMU processes of this host, each with the one connection to its monitor. */
export class Machines {
  readonly #options: MachinesOptions;
  readonly #monitors = new Map<string, Qmp>();
  #closing = false;

  constructor(options: MachinesOptions) {
    this.#options = options;
  }

  async state(guestId: string): Promise<MachineState> {
    if ((await findProcess(this.#options.folders, guestId)) === null) return 'gone';
    try {
      const { status } = await this.execute<{ status: string }>(guestId, 'query-status');
      return STATES[status] ?? 'paused';
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
   * Starts QEMU behind its wall and waits until its monitor answers; `resume`: from its saved memory.
   * @throws VolvoxError unavailable with QEMU's words.
   */
  async launch(
    guestId: string,
    machine: readonly string[],
    options: { readonly resume?: boolean } = {},
  ): Promise<void> {
    const { folders, wall } = this.#options;
    const { command, files } = await wall.prepare(guestId, machine, options);
    const [program = '', ...args] = command;
    const isReady = () =>
      this.execute(guestId, 'query-status').then(
        () => true,
        () => false,
      );
    try {
      await launch({ folders, guestId, program, args, files, isReady });
    } catch (error) {
      await wall.ended(guestId);
      throw error;
    } finally {
      for (const file of files) await file.close();
    }
  }

  /** Asks the process of a guest. */
  async execute<T = unknown>(
    guestId: string,
    command: string,
    args: Readonly<Record<string, unknown>> = {},
  ): Promise<T> {
    return await (await this.#monitor(guestId)).execute<T>(command, args);
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
    const { folders } = this.#options;
    const former = folders.file(guestId, 'formerMonitor');
    const connected = await Qmp.connect((await exists(former)) ? former : folders.file(guestId, 'monitor'), {
      onEvent: (event) => {
        if (event === 'SHUTDOWN' || event === 'GUEST_PANICKED') this.#options.onEvent(guestId);
      },
      onClose: () => {
        // A connection that never came about is no event: who asked for it is told.
        if (monitor === undefined) return;
        if (this.#monitors.get(guestId) === monitor) this.#monitors.delete(guestId);
        if (!this.#closing) this.#options.onEvent(guestId);
      },
    });
    monitor = connected;
    this.#monitors.set(guestId, monitor);
    return monitor;
  }
}
