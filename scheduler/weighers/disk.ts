import { freeAmount } from './free-amount.ts';

/** Prefers hosts with more free disk. */
export const disk = freeAmount('disk', 'diskGb');
