import { sql } from 'kysely';
import { POWER_STATE } from '#platform/states/power-state.ts';
import type { CellReader } from '../cell-database.ts';
import { cellRowOrNull } from '../cell-row.ts';
import { agentAnswers } from './hosts.ts';

/** How long an agent that is up may not report on a guest, ms. After that no undo and no other guest waits for it. */
export const UNHEARD_MS = 600_000;

/** A guest that may run although its instance is not in this cell, or not yet. */
interface LingeringGuest {
  readonly id: string;
  readonly hostName: string;
}

/*
 * An operator who declares a host dead (`forced_down`) says that nothing runs there. The declaration replaces the silence of the host's
 * agent. It does not contradict an agent that answers: the host was declared dead too soon, or has come back, and guests may run there until
 * the agent reports that they are stopped or gone.
 */

/**
 * A guest that was started once, and that no agent has reported as stopped or gone since; null: none exists. A silent host may still run
 * guests, unless an operator has declared it dead.
 */
export async function lingeringGuest(read: CellReader, instanceUuid: string): Promise<LingeringGuest | null> {
  const row = await read
    .selectFrom('guests')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .select(['guests.id', 'hosts.name as host_name'])
    .where('guests.instance_uuid', '=', instanceUuid)
    .where('guests.was_started', '=', 1)
    .where((eb) => eb.or([eb('hosts.forced_down', '=', 0), agentAnswers('hosts.compute_agent_id')]))
    .limit(1)
    .executeTakeFirst();
  return cellRowOrNull(row);
}

/**
 * SQL for a row of `guests`: whether another guest of its instance is being removed, on a host whose compute agent answers; for a target also whether the
 * current guest is being stopped there (the host of an evacuated guest came back). An agent is not told to start a
 * guest next to that one, because two would run at once with one address. A guest that runs already goes on. Nobody waits for a guest that
 * cannot be removed and that its agent has seen stopped, nor for one that its agent has not reported for long, nor for one on a host whose
 * agent is silent: what runs there is unknown, and a dead host must not block an instance.
 */
export const isBehindAnother = (now: number) => sql<boolean>`(guests.found_power NOT IN (${RUNS}) AND EXISTS (
  SELECT 1 FROM guests o JOIN hosts oh ON oh.id = o.host_id
  WHERE o.instance_uuid = guests.instance_uuid AND o.id != guests.id AND o.was_started = 1
    AND ${agentAnswers('oh.compute_agent_id')}
    AND (o.role IN ('leaving', 'aside') OR (guests.role = 'target' AND o.role = 'current' AND o.power = 'stopped'))
    AND o.changed_at > ${now - UNHEARD_MS} AND (o.error IS NULL OR o.found_power NOT IN (${IS_DOWN}))))`;

const RUNS = sql.join([POWER_STATE.running, POWER_STATE.paused]);
const IS_DOWN = sql.join([POWER_STATE.shutdown, POWER_STATE.crashed]);
