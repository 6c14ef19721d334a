import { policy } from '../../http/policy.ts';

export const NETWORKS_LIST = policy('os_compute_api:os-networks:list');
export const NETWORKS_SHOW = policy('os_compute_api:os-networks:show');
export const TENANT_NETWORKS_LIST = policy('os_compute_api:os-tenant-networks:list');
export const TENANT_NETWORKS_SHOW = policy('os_compute_api:os-tenant-networks:show');
