import { policy } from '../../http/policy.ts';

export const SERVICE_LIST = policy('os_compute_api:os-services:list');
export const SERVICE_UPDATE = policy('os_compute_api:os-services:update');
export const SERVICE_DELETE = policy('os_compute_api:os-services:delete');
