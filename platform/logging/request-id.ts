import { randomUUID } from 'node:crypto';

/** One id from REST to hypervisor, in the form OpenStack clients know: `req-` and a UUID. */
export const newRequestId = (): string => `req-${randomUUID()}`;
export const REQUEST_ID_PATTERN = /^req-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
