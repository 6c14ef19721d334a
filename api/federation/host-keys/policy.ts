import { federationPolicy } from '../policy.ts';

export const ADD_JOIN_TOKEN = federationPolicy('hosts:token');
export const REVOKE_HOST = federationPolicy('hosts:revoke');
export const ROTATE_SIGNING_KEY = federationPolicy('cells:rotate-key');
