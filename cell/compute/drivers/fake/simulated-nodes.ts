import { formatCpuSet } from '#platform/objects/cpu-set.ts';
import { type HostNode, SMALL_PAGE_KB } from '#platform/objects/host-topology.ts';
import type { Resources } from '#platform/objects/resources.ts';

export interface SimulatedNodes {
  readonly nodes: number;
  readonly threads: number;
  readonly dedicatedCpus: number;
  /** `2048:512`: pages of 2048 KiB. */
  readonly hugePages: readonly string[];
}

/** The NUMA nodes of a simulated host: equal parts of its shared CPUs, then of its dedicated ones, its memory and its pages. */
export function simulatedNodes(
  host: Resources,
  { nodes, threads, dedicatedCpus, hugePages }: SimulatedNodes,
): HostNode[] {
  const part = (total: number, id: number): number => Math.floor(total / nodes) + (id < total % nodes ? 1 : 0);
  const pools = hugePages.map((pool) => pool.split(':').map(Number) as [number, number]);
  let next = 0;
  const some = (count: number): number[] => Array.from({ length: count }, () => next++);
  return Array.from({ length: nodes }, (_, id) => {
    const [shared, dedicated] = [some(part(host.vcpus, id)), some(part(dedicatedCpus, id))];
    const huge = pools.map(([sizeKb, total]) => ({ sizeKb, total: part(total, id) }));
    const ramMb = part(host.ramMb, id);
    const hugeKb = huge.reduce((sum, { sizeKb, total }) => sum + sizeKb * total, 0);
    return {
      id,
      shared: formatCpuSet(shared),
      dedicated: formatCpuSet(dedicated),
      cores: threads === 1 ? [] : coresOf(dedicated, threads),
      ramMb,
      pages: [
        { sizeKb: SMALL_PAGE_KB, total: Math.max(0, Math.floor((ramMb * 1_024 - hugeKb) / SMALL_PAGE_KB)) },
        ...huge,
      ],
    };
  });
}

const coresOf = (cpus: readonly number[], threads: number): string[] =>
  Array.from({ length: Math.floor(cpus.length / threads) }, (_, core) =>
    formatCpuSet(cpus.slice(core * threads, (core + 1) * threads)),
  );
