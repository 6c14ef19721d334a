import { POWER_STATE } from '#platform/states/power-state.ts';
import type { CellReader } from '../cell-database.ts';
import { cellRows } from '../cell-row.ts';

/** A guest that has stopped by itself, at the generation that says so. */
export interface StoppedGuest {
  readonly id: string;
  readonly instanceUuid: string;
  readonly generation: number;
  readonly computeAgentId: string | null;
}

/** Guests of idle instances that should run, have reached that, and have stopped since: nothing but themselves stopped them. */
export async function guestsStoppedByThemselves(read: CellReader, limit: number): Promise<readonly StoppedGuest[]> {
  const rows = await read
    .selectFrom('guests')
    .innerJoin('instances', 'instances.guest_id', 'guests.id')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .select(['guests.id', 'guests.instance_uuid', 'guests.generation', 'hosts.compute_agent_id'])
    .where('guests.role', '=', 'current')
    .where('guests.power', '=', 'running')
    .where('guests.settled', '=', 1)
    .where('guests.found_power', '=', POWER_STATE.shutdown)
    .whereRef('guests.found_generation', '=', 'guests.generation')
    .where('instances.operation_id', 'is', null)
    .limit(limit)
    .execute();
  return cellRows(rows);
}

/**
 * Guests of idle instances that show another power than their agent has reported: the report came while an operation owned the instance, which
 * does not write the power.
 */
export async function guestsOfOtherPower(read: CellReader, limit: number): Promise<readonly string[]> {
  const rows = await read
    .selectFrom('guests')
    .innerJoin('instances', 'instances.guest_id', 'guests.id')
    .select('guests.id')
    .where('guests.role', '=', 'current')
    .where('guests.settled', '=', 1)
    .whereRef('guests.found_generation', '=', 'guests.generation')
    .whereRef('guests.found_power', '!=', 'instances.power_state')
    .where('instances.operation_id', 'is', null)
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}
