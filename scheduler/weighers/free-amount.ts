import type { HostView } from '../snapshot.ts';
import type { Weigher } from './weigher.ts';

/** Prefers hosts with more of this that no server has claimed. */
export const freeAmount = (name: string, resource: keyof HostView['capacity'] & keyof HostView['used']): Weigher => ({
  name,
  multiplier: 1,
  weight:
    () =>
    ({ capacity, used }) =>
      capacity[resource] - used[resource],
});
