import { sql } from 'kysely';
import { POWER_STATE } from '#platform/states/power-state.ts';
import type { CellReader } from '../cell-database.ts';
import { cellRowOrNull } from '../cell-row.ts';

/** How long an agent that is there may say nothing of a copy, ms; then it is not waited for any more, on the way back of an operation or by another copy. */
export const UNHEARD_MS = 600_000;

/** A copy of an instance that is not here, or not yet, and that may run all the same. */
export interface LingeringGuest {
  readonly id: string;
  readonly hostName: string;
}

/**
 * One that was started once and of which no agent has said since that it is stopped or gone; null: there is none. That a host says nothing is no
 * sign that nothing runs there; only an operator's word is (`forced_down`).
 */
export async function lingeringGuest(read: CellReader, instanceUuid: string): Promise<LingeringGuest | null> {
  const row = await read
    .selectFrom('guests')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .select(['guests.id', 'hosts.name as host_name'])
    .where('guests.instance_uuid', '=', instanceUuid)
    .where('guests.was_started', '=', 1)
    .where('hosts.forced_down', '=', 0)
    .limit(1)
    .executeTakeFirst();
  return cellRowOrNull(row);
}

/**
 * SQL, of a row of `guests`: whether another copy of its instance is just going, on a host that answers. An agent is not told to start a copy
 * beside it: two would run at once, with one address. One that runs already is not held back. One that cannot be removed is not waited for if its
 * agent has seen it down; nor one of which nothing is heard for long, or on a host that is down: there it is not known what runs, and nothing is
 * stuck with a dead host.
 */
export const isBehindAnother = (now: number) => sql<boolean>`(guests.found_power NOT IN (${RUNS}) AND EXISTS (
  SELECT 1 FROM guests o JOIN hosts oh ON oh.id = o.host_id
  WHERE o.instance_uuid = guests.instance_uuid AND o.id != guests.id AND o.was_started = 1 AND o.role IN ('leaving', 'aside') AND oh.up = 1
    AND o.changed_at > ${now - UNHEARD_MS} AND (o.error IS NULL OR o.found_power NOT IN (${IS_DOWN}))))`;

const RUNS = sql.join([POWER_STATE.running, POWER_STATE.paused]);
const IS_DOWN = sql.join([POWER_STATE.shutdown, POWER_STATE.crashed]);
