import { freeAmount } from './free-amount.ts';

/** Prefers hosts with more free VCPUs. */
export const cpu = freeAmount('cpu', 'vcpus');
