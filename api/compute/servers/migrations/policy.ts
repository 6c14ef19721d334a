import { policy } from '../../../http/policy.ts';

export const SERVER_MIGRATIONS = policy('os_compute_api:servers:migrations:index');
export const SERVER_MIGRATIONS_HOSTS = policy('os_compute_api:servers:migrations:index:host');
export const SERVER_MIGRATION = policy('os_compute_api:servers:migrations:show');
export const ABORT_MIGRATION = policy('os_compute_api:servers:migrations:delete');
export const FORCE_COMPLETE = policy('os_compute_api:servers:migrations:force_complete');
