import { toJson } from '#platform/database/json-column.ts';
import type { Fault } from '#platform/objects/instance.ts';
import { timestamp } from '#platform/time/clock.ts';

/** What users are told about an operation that failed. */
export const fault = (message: string, now: number, details: string | null = null): Fault => ({
  code: 500,
  message,
  details,
  createdAt: timestamp(now),
});

/** The same as the instance's column keeps it. */
export const faultJson = (message: string | null, now: number): string =>
  toJson(fault(message ?? 'The operation failed.', now));
