import { policy } from '../../http/policy.ts';

export const GROUPS_LIST = policy('os_compute_api:os-security-groups:get');
export const GROUPS_SHOW = policy('os_compute_api:os-security-groups:show');
export const GROUPS_CREATE = policy('os_compute_api:os-security-groups:create');
export const GROUPS_UPDATE = policy('os_compute_api:os-security-groups:update');
export const GROUPS_DELETE = policy('os_compute_api:os-security-groups:delete');
export const RULES_CREATE = policy('os_compute_api:os-security-groups:rule:create');
export const RULES_DELETE = policy('os_compute_api:os-security-groups:rule:delete');
export const GROUPS_ADD = policy('os_compute_api:os-security-groups:add');
export const GROUPS_REMOVE = policy('os_compute_api:os-security-groups:remove');
