import { OWN_USER, policy } from '../../http/policy.ts';

export const KEY_PAIR_INDEX = policy('os_compute_api:os-keypairs:index', OWN_USER);
export const KEY_PAIR_SHOW = policy('os_compute_api:os-keypairs:show', OWN_USER);
export const KEY_PAIR_CREATE = policy('os_compute_api:os-keypairs:create', OWN_USER);
export const KEY_PAIR_DELETE = policy('os_compute_api:os-keypairs:delete', OWN_USER);
