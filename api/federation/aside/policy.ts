import { federationPolicy } from '../policy.ts';

export const LIST_ASIDE = federationPolicy('aside:list');
export const FORGET_ASIDE = federationPolicy('aside:forget');
