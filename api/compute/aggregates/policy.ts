import { policy } from '../../http/policy.ts';

export const AGGREGATE_INDEX = policy('os_compute_api:os-aggregates:index');
export const AGGREGATE_SHOW = policy('os_compute_api:os-aggregates:show');
export const AGGREGATE_CREATE = policy('os_compute_api:os-aggregates:create');
export const AGGREGATE_UPDATE = policy('os_compute_api:os-aggregates:update');
export const AGGREGATE_DELETE = policy('os_compute_api:os-aggregates:delete');
export const AGGREGATE_ADD_HOST = policy('os_compute_api:os-aggregates:add_host');
export const AGGREGATE_REMOVE_HOST = policy('os_compute_api:os-aggregates:remove_host');
export const AGGREGATE_SET_METADATA = policy('os_compute_api:os-aggregates:set_metadata');
export const AGGREGATE_IMAGES = policy('compute:aggregates:images');
