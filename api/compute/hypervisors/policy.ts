import { ADMIN, policy } from '../../http/policy.ts';

export const HYPERVISOR_LIST = policy('os_compute_api:os-hypervisors:list', ADMIN);
export const HYPERVISOR_DETAIL = policy('os_compute_api:os-hypervisors:list-detail', ADMIN);
export const HYPERVISOR_SHOW = policy('os_compute_api:os-hypervisors:show', ADMIN);
export const HYPERVISOR_STATISTICS = policy('os_compute_api:os-hypervisors:statistics', ADMIN);
export const HYPERVISOR_UPTIME = policy('os_compute_api:os-hypervisors:uptime', ADMIN);
export const HYPERVISOR_SEARCH = policy('os_compute_api:os-hypervisors:search', ADMIN);
export const HYPERVISOR_SERVERS = policy('os_compute_api:os-hypervisors:servers', ADMIN);
