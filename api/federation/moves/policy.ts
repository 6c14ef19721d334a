import { federationPolicy } from '../policy.ts';

export const LIST_MOVES = federationPolicy('moves:list');
export const SHOW_MOVE = federationPolicy('moves:show');
export const BEGIN_MOVE = federationPolicy('moves:begin');
export const ABORT_MOVE = federationPolicy('moves:abort');
