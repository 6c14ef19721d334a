import { ADMIN, ANYBODY, policy, READER } from '../../http/policy.ts';

export const QUOTA_SHOW = policy('os_compute_api:os-quota-sets:show', READER);
export const QUOTA_DETAIL = policy('os_compute_api:os-quota-sets:detail', READER);
export const QUOTA_DEFAULTS = policy('os_compute_api:os-quota-sets:defaults', ANYBODY);
export const QUOTA_UPDATE = policy('os_compute_api:os-quota-sets:update', ADMIN);
export const QUOTA_DELETE = policy('os_compute_api:os-quota-sets:delete', ADMIN);
