import type { Weigher } from './weigher.ts';

/** Prefers hosts on which fewer servers are being built, moved, saved or rescued. Its multiplier is negative, as in Nova. */
export const ioOps: Weigher = {
  name: 'ioOps',
  load: 'ioOps',
  multiplier: -1,
  aggregateKey: 'io_ops_weight_multiplier',
  weight:
    () =>
    ({ load }) =>
      load.ioOps,
};
