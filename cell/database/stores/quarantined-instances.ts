import type { Selectable } from 'kysely';
import type { QuarantinedInstance } from '#platform/contracts/door-moves.ts';
import { fromJson, toJson } from '#platform/database/json-column.ts';
import { timestamp } from '#platform/time/clock.ts';
import type { CellReader, CellTx } from '../cell-database.ts';
import { cellColumns, cellRowOrNull, cellRows } from '../cell-row.ts';
import type { InstancesTable } from '../schema/instances.ts';
import type { InstanceRow } from './instances.ts';
import { newGeneration } from './new-generation.ts';

/** The instance's row, locked until the transaction ends; null: it has no row. */
export const lockInstanceRow = async (tx: CellTx, uuid: string): Promise<InstanceRow | null> =>
  cellRowOrNull(await tx.selectFrom('instances').selectAll().where('uuid', '=', uuid).forUpdate().executeTakeFirst());

/**
 * Quarantines an instance, whose row the caller has locked: its row is stored as JSON, and its guests are stopped and have no owner. Their
 * claims stay, because their disks do, but count for no server group any more. An operation that owned the instance finds that it owns it
 * no more. @returns its guests.
 */
export async function quarantineInstance(
  tx: CellTx,
  instance: InstanceRow,
  reason: string,
  now: number,
): Promise<readonly string[]> {
  const { uuid } = instance;
  const row = cellColumns<Selectable<InstancesTable>>(instance);
  const guests = await tx
    .selectFrom('guests')
    .select(['id', 'host_id'])
    .where('instance_uuid', '=', uuid)
    .where('role', 'not in', ['leaving', 'aside'])
    .forUpdate()
    .execute();
  const ids = guests.map(({ id }) => id);
  await tx
    .insertInto('aside_instances')
    .values({
      uuid,
      epoch: instance.epoch,
      project_id: instance.projectId,
      name: instance.displayName,
      host: instance.host,
      reason,
      guest_ids: toJson(ids),
      instance: toJson(row),
      aside_at: now,
    })
    .onDuplicateKeyUpdate({ reason, guest_ids: toJson(ids), instance: toJson(row), aside_at: now })
    .execute();
  await tx.deleteFrom('instances').where('uuid', '=', uuid).execute();
  if (ids.length === 0) return ids;
  await tx
    .updateTable('guests')
    .set({ role: 'aside', power: 'stopped', ...newGeneration(now) })
    .where('id', 'in', ids)
    .execute();
  await tx.updateTable('claims').set({ group_id: null }).where('guest_id', 'in', ids).execute();
  const hosts = [...new Set(guests.map((guest) => guest.host_id))];
  await tx
    .updateTable('hosts')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', 'in', hosts)
    .execute();
  return ids;
}

/** Removes the guests of a quarantined instance for good, and deletes its row. @returns its guests; null: it is not quarantined here. */
export async function giveUpQuarantined(
  tx: CellTx,
  uuid: string,
  epoch: number,
  now: number,
): Promise<readonly string[] | null> {
  const row = await tx
    .selectFrom('aside_instances')
    .select('guest_ids')
    .where('uuid', '=', uuid)
    .where('epoch', '=', epoch)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) return null;
  const ids = fromJson<string[]>(row.guest_ids);
  await tx.deleteFrom('aside_instances').where('uuid', '=', uuid).where('epoch', '=', epoch).execute();
  if (ids.length === 0) return ids;
  await tx
    .updateTable('guests')
    .set({ role: 'leaving', power: 'absent', ...newGeneration(now) })
    .where('id', 'in', ids)
    .where('role', '=', 'aside')
    .execute();
  return ids;
}

/** Newest first. */
export async function listQuarantined(read: CellReader): Promise<QuarantinedInstance[]> {
  const rows = await read
    .selectFrom('aside_instances')
    .select(['uuid', 'epoch', 'name', 'project_id', 'host', 'reason', 'aside_at'])
    .orderBy('aside_at', 'desc')
    .orderBy('uuid')
    .limit(1_000)
    .execute();
  return rows.map((row) => ({
    uuid: row.uuid,
    epoch: row.epoch,
    name: row.name,
    projectId: row.project_id,
    hostName: row.host,
    reason: row.reason,
    at: timestamp(row.aside_at),
  }));
}

/** The compute and network agents of these guests' hosts, to be woken. */
export async function agentsOf(
  read: CellReader,
  guestIds: readonly string[],
): Promise<readonly { readonly id: string; readonly hostId: string; readonly computeAgentId: string | null }[]> {
  if (guestIds.length === 0) return [];
  const rows = await read
    .selectFrom('guests')
    .innerJoin('hosts', 'hosts.id', 'guests.host_id')
    .select(['guests.id', 'guests.host_id', 'hosts.compute_agent_id'])
    .where('guests.id', 'in', guestIds)
    .execute();
  return cellRows(rows);
}
