import { policy } from '../../http/policy.ts';

export const NODES_LIST = policy('os_compute_api:os-baremetal-nodes:list');
export const NODES_SHOW = policy('os_compute_api:os-baremetal-nodes:show');
/** Nova refuses every change before it looks at a rule. */
export const NODES_CHANGE = policy('os_compute_api:os-baremetal-nodes:change');
