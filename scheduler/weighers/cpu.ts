import type { Weigher } from './weigher.ts';

/** Prefers hosts with more free VCPUs. */
export const cpu: Weigher = {
  name: 'cpu',
  multiplier: 1,
  weight:
    () =>
    ({ capacity, used }) =>
      capacity.vcpus - used.vcpus,
};
