import { guestFitter } from '#platform/objects/fit-guest.ts';
import { freeOn } from '../free-on-host.ts';
import type { Filter } from './filter.ts';

const NONE = 'it has no devices for guests';
const UNFIT = 'it has too few free devices of the kinds, or near the NUMA nodes, that the request asks for';

/**
 * Whether the devices that a server asks for are free on a host, on those of its NUMA nodes where the server would be. The claim in the cell chooses
 * them. What is free differs from host to host, so a request for devices asks each host that the filters before it left.
 */
export const pciPassthrough: Filter = {
  name: 'pci-passthrough',
  asksEveryHost: ({ devices = [] }) => devices.length > 0,
  question: ({ topology, devices = [] }) => {
    if (devices.length === 0) return null;
    const fitter = guestFitter(topology ?? null, devices);
    return (view) => {
      if (view.host.devices === undefined) return NONE;
      return fitter.lacks(freeOn(view)) === 'pci-passthrough' ? UNFIT : null;
    };
  },
};
