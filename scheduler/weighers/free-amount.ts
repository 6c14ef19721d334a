import type { Resources } from '#platform/objects/resources.ts';
import type { Weigher } from './weigher.ts';

/** Prefers hosts with more of this that no server has claimed. */
export const freeAmount = (name: string, resource: keyof Resources): Weigher => ({
  name,
  free: resource,
  multiplier: 1,
  aggregateKey: `${name}_weight_multiplier`,
  weight:
    () =>
    ({ capacity, used }) =>
      capacity[resource] - used[resource],
});
