import { federationPolicy } from '../policy.ts';

export const SHOW_DECISION = federationPolicy('decisions:show');
