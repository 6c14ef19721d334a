import { policy } from '../../http/policy.ts';

export const USAGE_LIST = policy('os_compute_api:os-simple-tenant-usage:list');
export const USAGE_SHOW = policy('os_compute_api:os-simple-tenant-usage:show');
