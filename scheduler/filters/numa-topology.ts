import { topologyFitter } from '#platform/objects/fit-topology.ts';
import { type FreeNode, freeNodes } from '#platform/objects/free-nodes.ts';
import { changedUse, useOf } from '#platform/objects/guest-placement.ts';
import type { GuestTopology } from '#platform/objects/guest-topology.ts';
import type { Host } from '#platform/objects/host.ts';
import type { HostView } from '../host-view.ts';
import type { Filter } from './filter.ts';

const UNKNOWN = 'it does not tell its NUMA nodes';
const UNFIT = 'its NUMA nodes have too few free CPUs, memory or pages for the request';

/**
 * Whether the nodes, the dedicated CPUs and the pages that a server asks for are free on a host. The claim in the cell chooses them. What is free differs
 * from host to host, so a request with a topology asks each host that the filters before it left.
 */
export const numaTopology: Filter = {
  name: 'numa-topology',
  asksEveryHost: ({ topology }) => topology !== undefined,
  question: ({ topology }) => {
    if (topology === undefined) return null;
    const fitter = topologyFitter(topology);
    return (view) => {
      const free = freeOn(view);
      if (free === null) return UNKNOWN;
      return fitter.fits(free, view.host.ratios) ? null : UNFIT;
    };
  },
};

/** By the report of the host: it is parsed once, not for each request. */
const known = new WeakMap<Host, readonly FreeNode[]>();

function freeOn({ host, assumedTopologies }: HostView): readonly FreeNode[] | null {
  const { nodes } = host;
  if (nodes === undefined) return null;
  if (assumedTopologies.length > 0) return withAssumed({ ...host, nodes }, assumedTopologies);
  const free = known.get(host) ?? freeNodes(nodes, host.nodesUsed ?? []);
  known.set(host, free);
  return free;
}

/** What would be free if the guests that were just placed there had their claims. One that does not fit any more will go elsewhere. */
function withAssumed(
  { nodes, nodesUsed = [], ratios }: Pick<Host, 'nodesUsed' | 'ratios'> & Required<Pick<Host, 'nodes'>>,
  assumed: readonly GuestTopology[],
): readonly FreeNode[] {
  let used = nodesUsed;
  for (const topology of assumed) {
    const placement = topologyFitter(topology).placementOn(freeNodes(nodes, used), ratios);
    if (placement !== null) used = changedUse(used, useOf(placement), 1);
  }
  return freeNodes(nodes, used);
}
