import { sql } from 'kysely';
import { MOVE_IN } from '#platform/contracts/moves.ts';
import { toJson } from '#platform/database/json-column.ts';
import type { ObservedBinding } from '#platform/objects/port-binding.ts';
import type { CellReader, CellWriter } from '../cell-database.ts';
import { cellRows } from '../cell-row.ts';

/** The binding of a report, with the state of its instance. */
export interface ReportedBinding {
  readonly id: string;
  readonly guestId: string;
  readonly instanceUuid: string;
  readonly generation: number;
  readonly present: boolean;
  readonly leaving: boolean;
  readonly settled: boolean;
  readonly operationId: string | null;
  /** The operation of a move that creates its guest in this cell. */
  readonly moverId: string | null;
}

export async function reportedBindings(
  read: CellReader,
  agentId: string,
  ids: readonly string[],
): Promise<readonly ReportedBinding[]> {
  if (ids.length === 0) return [];
  const rows = await read
    .selectFrom('port_bindings')
    .innerJoin('hosts', 'hosts.id', 'port_bindings.host_id')
    .leftJoin('instances', 'instances.uuid', 'port_bindings.instance_uuid')
    .select(['port_bindings.id', 'port_bindings.guest_id', 'port_bindings.instance_uuid', 'port_bindings.generation'])
    .leftJoin('moves_in', (join) =>
      join
        .onRef('moves_in.instance_uuid', '=', 'port_bindings.instance_uuid')
        .onRef('moves_in.guest_id', '=', 'port_bindings.guest_id')
        .on('moves_in.reached', 'not in', MOVE_IN.ends),
    )
    .select(['port_bindings.present', 'port_bindings.leaving', 'port_bindings.settled', 'instances.operation_id'])
    .select('moves_in.operation_id as mover_id')
    .where('port_bindings.id', 'in', ids)
    .where('hosts.network_agent_id', '=', agentId)
    .execute();
  return cellRows(rows);
}

/** Stores reports, each only if its generation is still the desired one. */
export async function saveObservedBindings(
  db: CellWriter,
  observed: readonly ObservedBinding[],
  now: number,
): Promise<void> {
  if (observed.length === 0) return;
  const rows = observed.map(
    (binding) => sql`SELECT ${binding.bindingId} AS id, ${binding.generation} AS generation,
      ${binding.settled ? 1 : 0} AS settled, ${binding.error === null ? null : toJson(binding.error)} AS error`,
  );
  await sql`UPDATE port_bindings b JOIN (${sql.join(rows, sql` UNION ALL `)}) r ON b.id = r.id
    SET b.settled = r.settled, b.error = r.error, b.errors = IF(r.error IS NULL, 0, b.errors + 1), b.changed_at = ${now}
    WHERE b.generation = r.generation`.execute(db);
}

/** Deletes the rows of bindings of which nothing is left on their host. */
export async function forgetBindings(
  db: CellWriter,
  observed: readonly { readonly id: string; readonly generation: number }[],
): Promise<void> {
  if (observed.length === 0) return;
  await db
    .deleteFrom('port_bindings')
    .where((eb) =>
      eb.or(observed.map(({ id, generation }) => eb.and([eb('id', '=', id), eb('generation', '=', generation)]))),
    )
    .where('leaving', '=', 1)
    .execute();
}

/** Those of these guests that may start now, because all their ports are settled; with the agents of their hosts. */
export async function pluggedGuests(
  read: CellReader,
  guestIds: readonly string[],
): Promise<readonly { readonly id: string; readonly instanceUuid: string; readonly computeAgentId: string | null }[]> {
  if (guestIds.length === 0) return [];
  const rows = await read
    .selectFrom('guests')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .select(['guests.id', 'guests.instance_uuid', 'hosts.compute_agent_id'])
    .where('guests.id', 'in', guestIds)
    .where('guests.settled', '=', 0)
    .where(sql<boolean>`NOT EXISTS (
      SELECT 1 FROM port_bindings b WHERE b.guest_id = guests.id AND b.present = 1 AND b.settled = 0)`)
    .execute();
  return cellRows(rows);
}
