import { sqlTime } from '#platform/database/json-column.ts';
import { type Clock, timestamp } from '#platform/time/clock.ts';

/** Neutron writes moments in whole seconds. */
export const neutronTime = (sqlText: string): string => `${sqlText.slice(0, 19).replace(' ', 'T')}Z`;
export const sqlNow = (clock: Clock): string => sqlTime(timestamp(clock.now()));
