import { ADMIN, MEMBER, policy, READER } from '../../http/policy.ts';

export const GROUP_INDEX = policy('os_compute_api:os-server-groups:index', READER);
export const GROUP_INDEX_ALL = policy('os_compute_api:os-server-groups:index:all_projects', ADMIN);
export const GROUP_SHOW = policy('os_compute_api:os-server-groups:show', READER);
export const GROUP_CREATE = policy('os_compute_api:os-server-groups:create', MEMBER);
export const GROUP_DELETE = policy('os_compute_api:os-server-groups:delete', MEMBER);
