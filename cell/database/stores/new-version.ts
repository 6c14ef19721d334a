import { sql } from 'kysely';
import { moment } from '../moment.ts';

/** What every change of an instance writes with it, so that a compare-and-swap at the version before misses. */
export const newVersion = (now: number) => ({ version: sql<number>`version + 1`, updated_at: moment(now) });
