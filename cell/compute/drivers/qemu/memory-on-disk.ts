import { rename, rm, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { syncFolder } from '../../../agent/atomic-file.ts';
import { GUEST_FILES, type StateFolders } from './guest-folder.ts';
import type { Machines } from './machines.ts';
import { QUERY_MIGRATE } from './monitor-answers.ts';
import { receiveMemory } from './receive-memory.ts';

const POLL_MS = 20;
const BYTES_PER_SECOND_MAX = 8 * 1024 ** 3;
const MIB = 1024 ** 2;
/** Saved memory is longer than the memory: a header for each page, the devices, and what is sent twice. */
const OVERHEAD_PART = 8;
const OVERHEAD_MB = 64;
/** A process that takes longer than this for its memory is not at work on it. */
const LONGEST_MS = 60_000;
const LONGEST_MS_PER_MB = 100;

const deadlineFor = (ramMb: number): number => Date.now() + LONGEST_MS + ramMb * LONGEST_MS_PER_MB;

/**
 * Suspends and resumes machines. The file `memory.state` decides: while it exists, the guest is suspended, whatever process there is
 * (that one is disposable). It gets its name when it is whole, and is removed before the resumed machine runs its first instruction,
 * so no guest ever runs twice from the same memory.
 */
export class MemoryOnDisk {
  readonly #folders: StateFolders;
  readonly #machines: Machines;

  constructor(folders: StateFolders, machines: Machines) {
    this.#folders = folders;
    this.#machines = machines;
  }

  /**
   * The machine must be up. Rejects with the machine still there (paused), unless the file exists. `ramMb`: what the machine has; it may
   * send little more.
   */
  async save(guestId: string, ramMb: number, signal: AbortSignal): Promise<void> {
    const into = this.#folders.file(guestId, 'memoryInWork');
    const pid = await this.#machines.process(guestId);
    if (pid === null) throw new VolvoxError('conflict', `Guest ${guestId} does not run.`);
    const { uid } = await stat(`/proc/${pid}`);
    const socketPath = this.#folders.file(guestId, 'memorySocket');
    const maxBytes = (ramMb + Math.ceil(ramMb / OVERHEAD_PART) + OVERHEAD_MB) * MIB;
    await this.#machines.execute(guestId, 'stop');
    await receiveMemory({ socketPath, uid, into, maxBytes, signal }, async () => {
      await this.#machines.execute(guestId, 'migrate-set-parameters', { 'max-bandwidth': BYTES_PER_SECOND_MAX });
      await this.#machines.execute(guestId, 'migrate', { uri: `unix:${GUEST_FILES.memorySocket}` });
      await this.#completed(guestId, deadlineFor(ramMb), signal);
    });
    await rename(into, this.#folders.file(guestId, 'memory'));
    await syncFolder(this.#folders.guest(guestId));
  }

  /** Starts the machine from its memory; `args` are those it was last started with. */
  async restore(guestId: string, args: readonly string[], ramMb: number): Promise<void> {
    await this.#machines.launch(guestId, args, { resume: true });
    await this.#loaded(guestId, deadlineFor(ramMb));
    await this.discard(guestId);
    await this.#machines.execute(guestId, 'cont');
  }

  async discard(guestId: string): Promise<void> {
    await rm(this.#folders.file(guestId, 'memory'), { force: true });
    await syncFolder(this.#folders.guest(guestId));
  }

  async #completed(guestId: string, deadline: number, signal: AbortSignal): Promise<void> {
    for (;;) {
      const state = await this.#machines.ask(guestId, QUERY_MIGRATE);
      if (state.status === 'completed') return;
      if (state.status === 'failed' || state.status === 'cancelled') {
        throw new VolvoxError('unavailable', `The memory can't be saved: ${state['error-desc'] ?? state.status}`);
      }
      if (signal.aborted) {
        await this.#machines.execute(guestId, 'migrate_cancel');
        throw signal.reason;
      }
      if (Date.now() >= deadline) throw new VolvoxError('unavailable', 'The guest does not send all of its memory.');
      await delay(POLL_MS);
    }
  }

  /** QEMU ends by itself when the memory does not fit. */
  async #loaded(guestId: string, deadline: number): Promise<void> {
    for (;;) {
      const state = await this.#machines.state(guestId);
      if (state === 'paused') return;
      if (state !== 'incoming' || Date.now() >= deadline) {
        await this.#machines.end(guestId);
        const found = state === 'incoming' ? 'takes too long' : `is ${state}`;
        throw new VolvoxError('unavailable', `The guest can't be resumed from its memory: its process ${found}.`);
      }
      await delay(POLL_MS);
    }
  }
}
