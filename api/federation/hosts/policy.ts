import { federationPolicy } from '../policy.ts';

export const LIST_HOSTS = federationPolicy('hosts:list');
