import { ADMIN, policy } from '../../http/policy.ts';

const hosts = (name: string) => policy(`os_compute_api:os-hosts:${name}`, ADMIN);

export const HOSTS_LIST = hosts('list');
export const HOSTS_SHOW = hosts('show');
export const HOSTS_UPDATE = hosts('update');
export const HOSTS_REBOOT = hosts('reboot');
export const HOSTS_SHUTDOWN = hosts('shutdown');
export const HOSTS_STARTUP = hosts('start');
