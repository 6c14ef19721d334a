import { placementPolicy } from '../policy.ts';

export const LIST = placementPolicy('resource_providers:list');
export const SHOW = placementPolicy('resource_providers:show');
export const LIST_INVENTORIES = placementPolicy('resource_providers:inventories:list');
export const SHOW_INVENTORY = placementPolicy('resource_providers:inventories:show');
export const USAGES = placementPolicy('resource_providers:usages');
export const LIST_AGGREGATES = placementPolicy('resource_providers:aggregates:list');
export const LIST_TRAITS = placementPolicy('resource_providers:traits:list');
export const LIST_ALLOCATIONS = placementPolicy('resource_providers:allocations:list');
