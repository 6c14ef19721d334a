import { ADMIN, policy } from '../../http/policy.ts';

export const AGGREGATE_INDEX = policy('os_compute_api:os-aggregates:index', ADMIN);
export const AGGREGATE_SHOW = policy('os_compute_api:os-aggregates:show', ADMIN);
export const AGGREGATE_CREATE = policy('os_compute_api:os-aggregates:create', ADMIN);
export const AGGREGATE_UPDATE = policy('os_compute_api:os-aggregates:update', ADMIN);
export const AGGREGATE_DELETE = policy('os_compute_api:os-aggregates:delete', ADMIN);
export const AGGREGATE_ADD_HOST = policy('os_compute_api:os-aggregates:add_host', ADMIN);
export const AGGREGATE_REMOVE_HOST = policy('os_compute_api:os-aggregates:remove_host', ADMIN);
export const AGGREGATE_SET_METADATA = policy('os_compute_api:os-aggregates:set_metadata', ADMIN);
