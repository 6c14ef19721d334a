import { policy } from '../../http/policy.ts';

/** Nova has no rules for reading flavors: everybody may. */
export const FLAVOR_LIST = policy('os_compute_api:flavors:index');
export const FLAVOR_SHOW = policy('os_compute_api:flavors:show');
export const FLAVOR_CREATE = policy('os_compute_api:os-flavor-manage:create');
export const FLAVOR_UPDATE = policy('os_compute_api:os-flavor-manage:update');
export const FLAVOR_DELETE = policy('os_compute_api:os-flavor-manage:delete');

export const EXTRA_SPECS_INDEX = policy('os_compute_api:os-flavor-extra-specs:index');
export const EXTRA_SPECS_SHOW = policy('os_compute_api:os-flavor-extra-specs:show');
export const EXTRA_SPECS_CREATE = policy('os_compute_api:os-flavor-extra-specs:create');
export const EXTRA_SPECS_UPDATE = policy('os_compute_api:os-flavor-extra-specs:update');
export const EXTRA_SPECS_DELETE = policy('os_compute_api:os-flavor-extra-specs:delete');

export const ACCESS_INDEX = policy('os_compute_api:os-flavor-access');
export const ACCESS_ADD = policy('os_compute_api:os-flavor-access:add_tenant_access');
export const ACCESS_REMOVE = policy('os_compute_api:os-flavor-access:remove_tenant_access');
