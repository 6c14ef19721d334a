import { policy } from '../../http/policy.ts';

export const GROUP_INDEX = policy('os_compute_api:os-server-groups:index');
export const GROUP_INDEX_ALL = policy('os_compute_api:os-server-groups:index:all_projects');
export const GROUP_SHOW = policy('os_compute_api:os-server-groups:show');
export const GROUP_CREATE = policy('os_compute_api:os-server-groups:create');
export const GROUP_DELETE = policy('os_compute_api:os-server-groups:delete');
