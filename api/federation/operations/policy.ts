import { federationPolicy } from '../policy.ts';

export const LIST_OPERATIONS = federationPolicy('operations:list');
export const SHOW_OPERATION = federationPolicy('operations:show');
export const RESOLVE_OPERATION = federationPolicy('operations:resolve');
