import type { Weigher } from './weigher.ts';

/** Prefers hosts with more free disk. */
export const disk: Weigher = {
  name: 'disk',
  multiplier: 1,
  weight:
    () =>
    ({ capacity, used }) =>
      capacity.diskGb - used.diskGb,
};
