import { type Static, Type } from 'typebox';
import { CpuSet } from './cpu-set.ts';
import { MAX_NODES } from './guest-topology.ts';
import { Count } from './scalars.ts';

/** The size of the pages that every host has, KiB. */
export const SMALL_PAGE_KB = 4;

/** A NUMA node of a host, by the kernel's numbers. CPUs that are in neither list are not for guests. */
export const HostNode = Type.Object({
  id: Count,
  /** CPUs that guests share. */
  shared: CpuSet,
  /** CPUs that one guest CPU gets for itself. */
  dedicated: CpuSet,
  /** The threads of each core that has more than one. */
  cores: Type.Array(CpuSet, { maxItems: 4_096 }),
  ramMb: Count,
  /** By size; those of `SMALL_PAGE_KB` are what huge pages leave. */
  pages: Type.Array(Type.Object({ sizeKb: Count, total: Count }), { maxItems: 16 }),
  /** The socket of its CPUs. Absent: the host does not tell. */
  socket: Type.Optional(Count),
});
export type HostNode = Static<typeof HostNode>;
export const HostNodes = Type.Array(HostNode, { maxItems: MAX_NODES });

/** What guests with a topology have claimed of a node. */
const NodeUse = Type.Object({
  id: Count,
  /** Guest CPUs on its shared CPUs. */
  vcpus: Count,
  /** Host CPUs that nobody else gets: pinned, or kept empty next to a pinned one. */
  cpus: CpuSet,
  ramMb: Count,
  pages: Type.Array(Type.Object({ sizeKb: Count, used: Count })),
});
export type NodeUse = Static<typeof NodeUse>;
export const NodeUses = Type.Array(NodeUse, { maxItems: MAX_NODES });
