import { policy } from '../../http/policy.ts';

export const HOSTS_LIST = policy('os_compute_api:os-hosts:list');
export const HOSTS_SHOW = policy('os_compute_api:os-hosts:show');
export const HOSTS_UPDATE = policy('os_compute_api:os-hosts:update');
export const HOSTS_REBOOT = policy('os_compute_api:os-hosts:reboot');
export const HOSTS_SHUTDOWN = policy('os_compute_api:os-hosts:shutdown');
export const HOSTS_STARTUP = policy('os_compute_api:os-hosts:start');
