import type { Weigher } from './weigher.ts';

/** Prefers hosts with fewer consecutive failed builds. It outweighs all others, so a broken host does not attract every build. */
export const buildFailure: Weigher = {
  name: 'buildFailure',
  multiplier: 1_000_000,
  aggregateKey: 'build_failure_weight_multiplier',
  weight:
    () =>
    ({ host }) =>
      -host.buildFailures,
};
