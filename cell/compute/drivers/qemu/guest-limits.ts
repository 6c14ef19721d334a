import type { GuestSpec } from '#platform/objects/guest.ts';

export const CONTROLLERS = ['memory', 'cpu', 'pids'] as const;
export type Controller = (typeof CONTROLLERS)[number];

/** File of a control group → its value. */
export type Limits = Readonly<Record<string, number>>;

const MIB = 1024 ** 2;
/** Page tables and the like grow with the guest: this part of its memory more. */
const MARGIN_PART = 32;
/** QEMU's threads besides those of the processors: its loop, its monitor, and up to 64 workers for each kind of I/O. */
const OTHER_THREADS = 256;
/** Memory and swap together, of memory. Without this a process that takes more than its memory fills the swap of the host. */
const SWAP_FACTOR = 2;
/** The files that a kernel without accounting of swap lacks, and what stands for no limit in them. */
export const SWAP_UNLIMITED: Readonly<Record<string, string>> = {
  'memory.memsw.limit_in_bytes': '-1',
  'memory.swap.max': 'max',
};
/** What a group has by default, so that a guest of one processor weighs as much as a service of the host. */
const WEIGHT = 100;
const WEIGHT_MAX = 10_000;
const SHARES = 1_024;
const SHARES_MAX = 262_144;

/**
 * What a guest may use of its host, for both versions of control groups (Documentation/admin-guide/cgroup-v1 and cgroup-v2.rst). Pure.
 * Memory is the flavor's and a margin for QEMU itself, and as much swap; the processors are shared by the number of virtual ones when they are scarce.
 */
export function guestLimits(
  { vcpus, ramMb }: Pick<GuestSpec, 'vcpus' | 'ramMb'>,
  marginMb: number,
): Readonly<Record<1 | 2, Readonly<Record<Controller, Limits>>>> {
  const memoryBytes = (ramMb + marginMb + Math.ceil(ramMb / MARGIN_PART)) * MIB;
  const threads = OTHER_THREADS + vcpus;
  const pids = { 'pids.max': threads };
  return {
    1: {
      memory: { 'memory.limit_in_bytes': memoryBytes, 'memory.memsw.limit_in_bytes': SWAP_FACTOR * memoryBytes },
      cpu: { 'cpu.shares': Math.min(SHARES_MAX, SHARES * vcpus) },
      pids,
    },
    2: {
      memory: { 'memory.max': memoryBytes, 'memory.swap.max': memoryBytes },
      cpu: { 'cpu.weight': Math.min(WEIGHT_MAX, WEIGHT * vcpus) },
      pids,
    },
  };
}
