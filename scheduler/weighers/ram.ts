import type { Weigher } from './weigher.ts';

/** More free RAM: spreads. */
export const ram: Weigher = {
  name: 'ram',
  multiplier: 1,
  weight:
    () =>
    ({ capacity, used }) =>
      capacity.ramMb - used.ramMb,
};
