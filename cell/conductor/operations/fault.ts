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

/** The same as JSON, for the instance's column. */
export const faultJson = (message: string | null, now: number): string =>
  toJson(fault(message ?? 'The operation failed.', now));
