import { federationPolicy } from '../policy.ts';

export const LIST_CELLS = federationPolicy('cells:list');
export const SHOW_CELL = federationPolicy('cells:show');
export const ADD_CELL = federationPolicy('cells:add');
export const CHANGE_CELL = federationPolicy('cells:change');
export const ENABLE_CELL = federationPolicy('cells:enable');
export const DISABLE_CELL = federationPolicy('cells:disable');
