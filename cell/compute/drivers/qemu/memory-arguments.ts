import type { GuestPlacement, PlacedNode } from '#platform/objects/guest-placement.ts';
import { SMALL_PAGE_KB } from '#platform/objects/host-topology.ts';

/**
 * The NUMA nodes of a machine, each with memory of one node of the host. Huge pages are taken at the start, so that a host that has lost some says
 * so then. Pure.
 * @param extraKb in addition to the memory of the guest.
 */
export const memoryArguments = ({ nodes }: GuestPlacement, extraKb: number): readonly string[] =>
  nodes.flatMap((node, at) => [
    '-object',
    [
      ...backend(node, `node${at}`),
      `size=${node.ramMb * 1_024 + (at === nodes.length - 1 ? extraKb : 0)}K`,
      ...onHost(node),
    ].join(','),
    '-numa',
    ['node', `nodeid=${at}`, ...node.cpus.split(',').map((range) => `cpus=${range}`), `memdev=node${at}`].join(','),
  ]);

export const hasHugePages = ({ nodes }: GuestPlacement): boolean => nodes.some(isHuge);

const isHuge = ({ pageKb }: PlacedNode): boolean => pageKb !== null && pageKb > SMALL_PAGE_KB;

const backend = (node: PlacedNode, id: string): readonly string[] =>
  isHuge(node)
    ? ['memory-backend-memfd', `id=${id}`, 'hugetlb=on', `hugetlbsize=${node.pageKb}K`, 'prealloc=on']
    : ['memory-backend-ram', `id=${id}`];

const onHost = ({ hostNode }: PlacedNode): readonly string[] => [`host-nodes=${hostNode}`, 'policy=bind'];
