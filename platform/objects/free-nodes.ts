import { parseCpuSet } from './cpu-set.ts';
import type { ThreadPolicy } from './guest-topology.ts';
import type { HostNode, NodeUse } from './host-topology.ts';

/** Free dedicated CPUs of a core; `isWhole`: nobody has a thread of it. */
export interface FreeCore {
  readonly free: readonly number[];
  readonly isWhole: boolean;
}

/** A host node with what is free of it. */
export interface FreeNode {
  readonly node: HostNode;
  readonly use: NodeUse;
  readonly sharedCpus: number;
  /** By policy, how many guest CPUs it has dedicated CPUs for. */
  readonly freeCpus: Readonly<Record<ThreadPolicy, number>>;
}

/** The nodes of a host, those with the most free memory first. */
export const freeNodes = (nodes: readonly HostNode[], used: readonly NodeUse[]): readonly FreeNode[] =>
  nodes.map((node) => freeOf(node, used)).sort(byFreeMemory);

function freeOf(node: HostNode, used: readonly NodeUse[]): FreeNode {
  const use = used.find(({ id }) => id === node.id) ?? { id: node.id, vcpus: 0, cpus: '', ramMb: 0, pages: [] };
  return { node, use, sharedCpus: parseCpuSet(node.shared).length, freeCpus: freeByPolicy(node, use) };
}

function freeByPolicy(node: HostNode, use: NodeUse): FreeNode['freeCpus'] {
  if (node.cores.length === 0) {
    const taken = new Set(parseCpuSet(use.cpus));
    const free = parseCpuSet(node.dedicated).filter((cpu) => !taken.has(cpu)).length;
    return { prefer: free, require: 0, isolate: free };
  }
  const cores = freeCores(node, use);
  const sum = (some: readonly FreeCore[]): number => some.reduce((total, { free }) => total + free.length, 0);
  return {
    prefer: sum(cores),
    require: sum(cores.filter(({ free }) => free.length > 1)),
    isolate: cores.filter(({ isWhole }) => isWhole).length,
  };
}

/** The free dedicated CPUs of a node; the cores with the most first. */
export function freeCores(node: HostNode, use: NodeUse): readonly FreeCore[] {
  const taken = new Set(parseCpuSet(use.cpus));
  const dedicated = new Set(parseCpuSet(node.dedicated));
  const inCores = node.cores.map((core) => parseCpuSet(core).filter((cpu) => dedicated.has(cpu)));
  const known = new Set(inCores.flat());
  const all = [...inCores, ...[...dedicated].filter((cpu) => !known.has(cpu)).map((cpu) => [cpu])];
  return all
    .map((core) => ({ free: core.filter((cpu) => !taken.has(cpu)), isWhole: core.every((cpu) => !taken.has(cpu)) }))
    .filter(({ free }) => free.length > 0)
    .sort((a, b) => b.free.length - a.free.length || (a.free[0] as number) - (b.free[0] as number));
}

const byFreeMemory = (a: FreeNode, b: FreeNode): number =>
  b.node.ramMb - b.use.ramMb - (a.node.ramMb - a.use.ramMb) || a.node.id - b.node.id;
