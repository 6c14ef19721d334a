import { placementPolicy } from '../policy.ts';

export const LIST = placementPolicy('traits:list');
export const SHOW = placementPolicy('traits:show');
export const UPDATE = placementPolicy('traits:update');
export const DELETE = placementPolicy('traits:delete');
export const UPDATE_PROVIDER = placementPolicy('resource_providers:traits:update');
export const DELETE_PROVIDER = placementPolicy('resource_providers:traits:delete');
