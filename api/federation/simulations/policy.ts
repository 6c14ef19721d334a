import { federationPolicy } from '../policy.ts';

export const SIMULATE = federationPolicy('simulations:run');
