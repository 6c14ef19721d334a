import { federationPolicy } from '../policy.ts';

export const TRACE_PACKET = federationPolicy('networks:trace');
export const SHOW_NETWORK = federationPolicy('networks:show');
