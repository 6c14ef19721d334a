import { freeAmount } from './free-amount.ts';

/** Prefers hosts with more free RAM, which spreads servers. */
export const ram = freeAmount('ram', 'ramMb');
