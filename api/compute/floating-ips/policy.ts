import { policy } from '../../http/policy.ts';

export const POOLS_LIST = policy('os_compute_api:os-floating-ip-pools');
export const FLOATING_IPS_LIST = policy('os_compute_api:os-floating-ips:list');
export const FLOATING_IPS_SHOW = policy('os_compute_api:os-floating-ips:show');
export const FLOATING_IPS_CREATE = policy('os_compute_api:os-floating-ips:create');
export const FLOATING_IPS_DELETE = policy('os_compute_api:os-floating-ips:delete');
export const FLOATING_IPS_ADD = policy('os_compute_api:os-floating-ips:add');
export const FLOATING_IPS_REMOVE = policy('os_compute_api:os-floating-ips:remove');
