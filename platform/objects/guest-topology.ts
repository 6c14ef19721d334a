import { type Static, Type } from 'typebox';
import { CpuSet } from './cpu-set.ts';
import { Count, nullable, oneOf } from './scalars.ts';

/** More than any flavor has (Nova's `NUMA_NODES_MAX`). */
export const MAX_NODES = 128;

/** A NUMA node of a guest: its CPUs by the guest's numbers, those of them that get host CPUs of their own, and its memory. */
const GuestNode = Type.Object({ cpus: CpuSet, dedicated: CpuSet, ramMb: Count });
export type GuestNode = Static<typeof GuestNode>;

/** A size in KiB, or any size: that of the host's small pages, any that is larger, any at all. */
const PageSize = Type.Union([oneOf(['small', 'large', 'any']), Type.Integer({ minimum: 1, maximum: 2 ** 40 })]);
export type PageSize = Static<typeof PageSize>;

/** How dedicated CPUs share cores: on the threads of as few as possible, each alone on one, or only on threads of one core. */
export const THREAD_POLICIES = ['prefer', 'isolate', 'require'] as const;
export type ThreadPolicy = (typeof THREAD_POLICIES)[number];

/** Where the threads of the emulator run: on a host CPU of their own, or on those that guests share. */
export const EMULATOR_POLICIES = ['isolate', 'share'] as const;

/** What a flavor and an image ask of the CPUs and the memory of a host (requested-topology.ts). A guest without it runs on any of both. */
export const GuestTopology = Type.Object({
  nodes: Type.Array(GuestNode, { minItems: 1, maxItems: MAX_NODES }),
  /** null: nothing was asked. */
  pages: nullable(PageSize),
  threads: nullable(oneOf(THREAD_POLICIES)),
  /** null: on the dedicated CPUs of the guest, or, if it has none, on the CPUs of its nodes. */
  emulator: nullable(oneOf(EMULATOR_POLICIES)),
});
export type GuestTopology = Static<typeof GuestTopology>;
