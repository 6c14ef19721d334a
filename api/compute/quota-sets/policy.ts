import { policy } from '../../http/policy.ts';

export const QUOTA_SHOW = policy('os_compute_api:os-quota-sets:show');
export const QUOTA_DETAIL = policy('os_compute_api:os-quota-sets:detail');
export const QUOTA_DEFAULTS = policy('os_compute_api:os-quota-sets:defaults');
export const QUOTA_UPDATE = policy('os_compute_api:os-quota-sets:update');
export const QUOTA_DELETE = policy('os_compute_api:os-quota-sets:delete');
