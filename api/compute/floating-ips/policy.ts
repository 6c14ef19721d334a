import { ANYBODY, MEMBER, policy, READER } from '../../http/policy.ts';

const floatingIps = (name: string) => `os_compute_api:os-floating-ips:${name}`;

export const POOLS_LIST = policy('os_compute_api:os-floating-ip-pools', ANYBODY);
export const FLOATING_IPS_LIST = policy(floatingIps('list'), READER);
export const FLOATING_IPS_SHOW = policy(floatingIps('show'), READER);
export const FLOATING_IPS_CREATE = policy(floatingIps('create'), MEMBER);
export const FLOATING_IPS_DELETE = policy(floatingIps('delete'), MEMBER);
export const FLOATING_IPS_ADD = policy(floatingIps('add'), MEMBER);
export const FLOATING_IPS_REMOVE = policy(floatingIps('remove'), MEMBER);
