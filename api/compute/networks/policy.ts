import { policy, READER } from '../../http/policy.ts';

export const NETWORKS_LIST = policy('os_compute_api:os-networks:list', READER);
export const NETWORKS_SHOW = policy('os_compute_api:os-networks:show', READER);
export const TENANT_NETWORKS_LIST = policy('os_compute_api:os-tenant-networks:list', READER);
export const TENANT_NETWORKS_SHOW = policy('os_compute_api:os-tenant-networks:show', READER);
