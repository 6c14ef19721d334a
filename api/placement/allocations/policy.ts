import { placementPolicy } from '../policy.ts';

export const LIST = placementPolicy('allocations:list');
