import { placementPolicy } from '../policy.ts';

export const LIST = placementPolicy('resource_classes:list');
export const CREATE = placementPolicy('resource_classes:create');
export const SHOW = placementPolicy('resource_classes:show');
export const UPDATE = placementPolicy('resource_classes:update');
export const DELETE = placementPolicy('resource_classes:delete');
