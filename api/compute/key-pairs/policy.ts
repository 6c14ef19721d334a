import { policy } from '../../http/policy.ts';

export const KEY_PAIR_INDEX = policy('os_compute_api:os-keypairs:index');
export const KEY_PAIR_SHOW = policy('os_compute_api:os-keypairs:show');
export const KEY_PAIR_CREATE = policy('os_compute_api:os-keypairs:create');
export const KEY_PAIR_DELETE = policy('os_compute_api:os-keypairs:delete');
