import { policy } from '../../http/policy.ts';

export const MIGRATIONS_LIST = policy('os_compute_api:os-migrations:index');
export const MIGRATIONS_LIST_ALL = policy('os_compute_api:os-migrations:index:all_projects');
export const MIGRATIONS_HOSTS = policy('os_compute_api:os-migrations:index:host');
