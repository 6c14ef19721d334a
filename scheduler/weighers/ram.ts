import type { Weigher } from './weigher.ts';

/** Prefers hosts with more free RAM, which spreads servers. */
export const ram: Weigher = {
  name: 'ram',
  multiplier: 1,
  weight:
    () =>
    ({ capacity, used }) =>
      capacity.ramMb - used.ramMb,
};
