import type { Weigher } from './weigher.ts';

/** More free VCPUs. */
export const cpu: Weigher = {
  name: 'cpu',
  multiplier: 1,
  weight:
    () =>
    ({ capacity, used }) =>
      capacity.vcpus - used.vcpus,
};
