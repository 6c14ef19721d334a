import type { Weigher } from './weigher.ts';

/** Prefers hosts with a newer hypervisor. */
export const hypervisorVersion: Weigher = {
  name: 'hypervisorVersion',
  multiplier: 1,
  aggregateKey: 'hypervisor_version_weight_multiplier',
  weight:
    () =>
    ({ host }) =>
      host.hypervisorVersion,
};
