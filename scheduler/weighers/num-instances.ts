import type { Weigher } from './weigher.ts';

/** Prefers hosts with more servers; fewer, with a negative multiplier. It weighs nothing unless an operator gives it a multiplier, as in Nova. */
export const numInstances: Weigher = {
  name: 'numInstances',
  load: 'guests',
  multiplier: 0,
  aggregateKey: 'num_instances_weight_multiplier',
  weight:
    () =>
    ({ load }) =>
      load.guests,
};
