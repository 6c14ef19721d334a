import { sql } from 'kysely';
import { MOVE_IN } from '#platform/contracts/moves.ts';
import { toJson } from '#platform/database/json-column.ts';
import type { DesiredPower, ObservedGuest } from '#platform/objects/guest.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import type { CellReader, CellTx, CellWriter } from '../cell-database.ts';
import { cellRows } from '../cell-row.ts';
import { moment } from '../moment.ts';
import type { GuestRow } from './guests.ts';

/** The guest of a report, with the state of its instance. */
export interface ReportedGuest {
  readonly id: string;
  readonly instanceUuid: string;
  readonly role: GuestRow['role'];
  readonly epoch: number;
  readonly generation: number;
  readonly power: DesiredPower;
  readonly settled: boolean;
  readonly errors: number;
  /** JSON of the desired parts; null: none were ever desired. */
  readonly parts: string | null;
  readonly operationId: string | null;
  readonly taskState: string | null;
  /** How many builds have failed on its host since the last one that did not. */
  readonly buildFailures: number;
  readonly hostName: string;
  /** What the instance shows, a number of POWER_STATE; null: it has not arrived yet. */
  readonly shownPower: number | null;
  /** The operation of a move that creates this guest in this cell; its instance may not have arrived yet. */
  readonly moverId: string | null;
}

export async function reportedGuests(
  read: CellReader,
  agentId: string,
  ids: readonly string[],
): Promise<readonly ReportedGuest[]> {
  if (ids.length === 0) return [];
  const rows = await read
    .selectFrom('guests')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .leftJoin('instances', 'instances.uuid', 'guests.instance_uuid')
    .select(['guests.id', 'guests.instance_uuid', 'guests.role', 'guests.epoch', 'guests.generation', 'guests.power'])
    .leftJoin('moves_in', (join) =>
      join
        .onRef('moves_in.instance_uuid', '=', 'guests.instance_uuid')
        .onRef('moves_in.guest_id', '=', 'guests.id')
        .on('moves_in.reached', 'not in', MOVE_IN.ends),
    )
    .select([
      'guests.settled',
      'guests.errors',
      'guests.parts',
      'instances.operation_id',
      'instances.task_state',
      'instances.power_state as shown_power',
      'hosts.build_failures',
      'hosts.name as host_name',
      'moves_in.operation_id as mover_id',
    ])
    .where('guests.id', 'in', ids)
    .where('hosts.compute_agent_id', '=', agentId)
    .execute();
  return cellRows(rows);
}

/** Stores reports, each only if its generation is still the desired one. A guest that is settled and stopped cannot run any more. */
export async function saveObserved(db: CellWriter, observed: readonly ObservedGuest[], now: number): Promise<void> {
  if (observed.length === 0) return;
  const rows = observed.map(
    (
      guest,
    ) => sql`SELECT ${guest.guestId} AS id, ${guest.generation} AS generation, ${guest.settled ? 1 : 0} AS settled,
      ${POWER_STATE[guest.power]} AS power, ${guest.restarts} AS restarts, ${Math.min(100, guest.progress)} AS progress,
      ${guest.error === null ? null : toJson(guest.error)} AS error,
      ${guest.parts === undefined ? null : toJson(guest.parts)} AS parts`,
  );
  await sql`UPDATE guests JOIN (${sql.join(rows, sql` UNION ALL `)}) r ON guests.id = r.id
    SET guests.settled = r.settled, guests.found_power = r.power, guests.found_generation = r.generation,
      guests.found_restarts = r.restarts, guests.observed_parts = r.parts,
      guests.was_started = IF(r.settled = 1 AND guests.power IN ('stopped', 'suspended'), 0, guests.was_started),
      guests.progress = r.progress, guests.error = r.error,
      guests.errors = IF(r.error IS NULL, 0, guests.errors + 1), guests.changed_at = ${now}
    WHERE guests.generation = r.generation`.execute(db);
}

/**
 * Instances that no operation owns show the power of their guests, in every state: an operation that was interrupted does not write it any
 * more. Nothing is written for a guest whose power nobody knows, and where it is shown already.
 */
export async function showPower(db: CellWriter, guestIds: readonly string[], now: number): Promise<void> {
  if (guestIds.length === 0) return;
  await sql`UPDATE instances JOIN (
      SELECT id, instance_uuid, found_power FROM guests
      WHERE id IN (${sql.join(guestIds)}) AND role = 'current' AND found_generation = generation
        AND (settled = 1 OR found_power <> ${POWER_STATE.none})
    ) r ON instances.uuid = r.instance_uuid AND instances.guest_id = r.id
    SET instances.power_state = r.found_power, instances.version = instances.version + 1,
      instances.updated_at = ${moment(now)}
    WHERE instances.operation_id IS NULL AND instances.power_state <> r.found_power`.execute(db);
}

/** Deletes the rows of guests of which nothing is left. */
export async function forgetGuests(tx: CellTx, ids: readonly string[]): Promise<void> {
  await tx.deleteFrom('guests').where('id', 'in', ids).where('role', '=', 'leaving').execute();
}
