import { federationPolicy } from '../policy.ts';

export const LIST_FINDINGS = federationPolicy('findings:list');
