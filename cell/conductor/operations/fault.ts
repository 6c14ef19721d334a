import { toJson } from '#platform/database/json-column.ts';
import type { Fault } from '#platform/objects/instance.ts';
import { timestamp } from '#platform/time/clock.ts';

/** The fault that users see after an operation failed. */
export const fault = (message: string, now: number, details: string | null = null): Fault => ({
  code: 500,
  message,
  details,
  createdAt: timestamp(now),
});

/**
 * The fault of what the user asked for: no host can do it, so nobody tries again, and its code says so (as for a request that is refused).
 * Users read all of it.
 */
export const faultOfRequest = (message: string, now: number): Fault => ({ ...fault(message, now), code: 400 });

/** The same as JSON, for the instance's column. */
export const faultJson = (message: string | null, now: number): string =>
  toJson(fault(message ?? 'The operation failed.', now));
