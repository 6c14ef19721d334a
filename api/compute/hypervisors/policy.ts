import { policy } from '../../http/policy.ts';

export const HYPERVISOR_LIST = policy('os_compute_api:os-hypervisors:list');
export const HYPERVISOR_DETAIL = policy('os_compute_api:os-hypervisors:list-detail');
export const HYPERVISOR_SHOW = policy('os_compute_api:os-hypervisors:show');
export const HYPERVISOR_STATISTICS = policy('os_compute_api:os-hypervisors:statistics');
export const HYPERVISOR_UPTIME = policy('os_compute_api:os-hypervisors:uptime');
export const HYPERVISOR_SEARCH = policy('os_compute_api:os-hypervisors:search');
export const HYPERVISOR_SERVERS = policy('os_compute_api:os-hypervisors:servers');
