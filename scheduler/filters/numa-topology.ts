import { topologyFitter } from '#platform/objects/fit-topology.ts';
import { freeOn } from '../free-on-host.ts';
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
      if (view.host.nodes === undefined) return UNKNOWN;
      return fitter.fits(freeOn(view).nodes, view.host.ratios) ? null : UNFIT;
    };
  },
};
