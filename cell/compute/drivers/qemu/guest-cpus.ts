import { readdir } from 'node:fs/promises';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { formatCpuSet } from '#platform/objects/cpu-set.ts';
import type { GuestPlacement } from '#platform/objects/guest-placement.ts';
import type { HostNode } from '#platform/objects/host-topology.ts';
import { runCommand } from '../../../agent/run-command.ts';
import { affinityOf } from './guest-affinity.ts';
import type { CpuThread } from './monitor-answers.ts';

interface GuestCpusOptions {
  readonly placementOf: (guestId: string) => GuestPlacement | undefined;
  /** Empty: the kernel tells of none. */
  readonly nodes: () => readonly HostNode[];
}

/**
 * Keeps the threads of guests on the CPUs that are theirs. A process is started on the CPUs of its guest, so no thread of it ever runs on those
 * of another one; once it is up, each virtual CPU gets its own.
 */
export class GuestCpus {
  readonly #options: GuestCpusOptions;

  constructor(options: GuestCpusOptions) {
    this.#options = options;
  }

  /** What stands before the command line of the guest's process; it keeps its pid. */
  command(guestId: string): readonly string[] {
    const all = this.#affinity(guestId)?.all ?? [];
    return all.length === 0 ? [] : ['taskset', '--cpu-list', formatCpuSet(all)];
  }

  needsPins(guestId: string): boolean {
    return this.#options.placementOf(guestId) !== undefined;
  }

  /**
   * @param threads as the process says; it may have been taken over, so threads of others are refused.
   * @throws VolvoxError unavailable, internal.
   */
  async pin(guestId: string, pid: number, threads: readonly CpuThread[]): Promise<void> {
    const affinity = this.#affinity(guestId);
    if (affinity === null) return;
    const own = new Set((await readdir(`/proc/${pid}/task`)).map(Number));
    const ofCpus = new Map(threads.map((thread) => [thread['thread-id'], thread['cpu-index']]));
    const cpus = new Set(ofCpus.values());
    if ([...affinity.cpus.keys()].some((cpu) => !cpus.has(cpu)) || [...ofCpus.keys()].some((id) => !own.has(id))) {
      throw new VolvoxError('unavailable', 'The process of the guest does not name the threads of its processors.');
    }
    for (const thread of own) {
      const cpu = ofCpus.get(thread);
      const on = cpu === undefined ? affinity.emulator : affinity.cpus.get(cpu);
      if (on != null && on.length > 0) await pinThread(thread, on);
    }
  }

  #affinity(guestId: string) {
    return affinityOf(this.#options.placementOf(guestId), this.#options.nodes());
  }
}

const pinThread = (thread: number, cpus: readonly number[]) =>
  runCommand('taskset', ['--cpu-list', '--pid', formatCpuSet(cpus), `${thread}`]);
