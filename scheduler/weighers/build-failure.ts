import type { Weigher } from './weigher.ts';

/** Fewer builds that failed one after the other: outweighs all else, so that a broken host does not attract every build. */
export const buildFailure: Weigher = {
  name: 'buildFailure',
  multiplier: 1_000_000,
  weight:
    () =>
    ({ host }) =>
      -host.buildFailures,
};
