import { ADMIN, ANYBODY, policy, READER } from '../../http/policy.ts';

/** Nova has no rules for reading flavors: everybody may. */
export const FLAVOR_LIST = policy('os_compute_api:flavors:index', ANYBODY);
export const FLAVOR_SHOW = policy('os_compute_api:flavors:show', ANYBODY);
export const FLAVOR_CREATE = policy('os_compute_api:os-flavor-manage:create', ADMIN);
export const FLAVOR_UPDATE = policy('os_compute_api:os-flavor-manage:update', ADMIN);
export const FLAVOR_DELETE = policy('os_compute_api:os-flavor-manage:delete', ADMIN);

export const EXTRA_SPECS_INDEX = policy('os_compute_api:os-flavor-extra-specs:index', READER);
export const EXTRA_SPECS_SHOW = policy('os_compute_api:os-flavor-extra-specs:show', READER);
export const EXTRA_SPECS_CREATE = policy('os_compute_api:os-flavor-extra-specs:create', ADMIN);
export const EXTRA_SPECS_UPDATE = policy('os_compute_api:os-flavor-extra-specs:update', ADMIN);
export const EXTRA_SPECS_DELETE = policy('os_compute_api:os-flavor-extra-specs:delete', ADMIN);

export const ACCESS_INDEX = policy('os_compute_api:os-flavor-access', ADMIN);
export const ACCESS_ADD = policy('os_compute_api:os-flavor-access:add_tenant_access', ADMIN);
export const ACCESS_REMOVE = policy('os_compute_api:os-flavor-access:remove_tenant_access', ADMIN);
