import type { Weigher } from './weigher.ts';

/** More free disk. */
export const disk: Weigher = {
  name: 'disk',
  multiplier: 1,
  weight:
    () =>
    ({ capacity, used }) =>
      capacity.diskGb - used.diskGb,
};
