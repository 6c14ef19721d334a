import { policy } from '../../http/policy.ts';

export const VOLUMES_LIST = policy('os_compute_api:os-volumes:list');
export const VOLUMES_DETAIL = policy('os_compute_api:os-volumes:detail');
export const VOLUMES_SHOW = policy('os_compute_api:os-volumes:show');
export const VOLUMES_CREATE = policy('os_compute_api:os-volumes:create');
export const VOLUMES_DELETE = policy('os_compute_api:os-volumes:delete');
export const SNAPSHOTS_LIST = policy('os_compute_api:os-volumes:snapshots:list');
export const SNAPSHOTS_DETAIL = policy('os_compute_api:os-volumes:snapshots:detail');
export const SNAPSHOTS_SHOW = policy('os_compute_api:os-volumes:snapshots:show');
export const SNAPSHOTS_CREATE = policy('os_compute_api:os-volumes:snapshots:create');
export const SNAPSHOTS_DELETE = policy('os_compute_api:os-volumes:snapshots:delete');
