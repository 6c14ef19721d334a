import { sqlTime } from '#platform/database/json-column.ts';
import { timestamp } from '#platform/time/clock.ts';

/** A time of the clock (ms since the epoch) as a DATETIME(6). */
export const moment = (now: number): string => sqlTime(timestamp(now));
