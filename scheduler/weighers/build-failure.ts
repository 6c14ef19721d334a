import type { Weigher } from './weigher.ts';

/**
 * Prefers hosts with fewer consecutive failed builds. It outweighs all others, so a broken host does not attract every build. A host
 * that is on trial counts as one without failures, for one build at a time.
 */
export const buildFailure: Weigher = {
  name: 'buildFailure',
  load: 'reliability',
  multiplier: 1_000_000,
  aggregateKey: 'build_failure_weight_multiplier',
  weight:
    () =>
    ({ load }) =>
      load.reliability,
};
