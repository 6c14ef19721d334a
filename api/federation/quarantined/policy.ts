import { federationPolicy } from '../policy.ts';

export const LIST_QUARANTINED = federationPolicy('aside:list');
export const FORGET_QUARANTINED = federationPolicy('aside:forget');
