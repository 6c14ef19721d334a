import type { Insertable } from 'kysely';
import { sqlTime, toJson } from '#platform/database/json-column.ts';
import type { Instance } from '#platform/objects/instance.ts';
import { InstanceBuild } from '#platform/objects/instance-build.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import type { CellReader, CellTx } from '../cell-database.ts';
import { cellRowOrNull } from '../cell-row.ts';
import type { InstancesTable } from '../schema/instances.ts';
import { newInstanceRow } from './instances.ts';

const BUILD_KEYS: ReadonlySet<string> = new Set(Object.keys(InstanceBuild.properties));

/** The build of an instance, without the members that a cell adds. */
export const buildOf = (instance: Instance): InstanceBuild =>
  Object.fromEntries(Object.entries(instance).filter(([key]) => BUILD_KEYS.has(key))) as InstanceBuild;

interface Arrival {
  readonly instance: Instance;
  readonly before: 'active' | 'stopped';
  readonly epoch: number;
  readonly operationId: string;
  readonly guestId: string;
  readonly host: { readonly id: string; readonly name: string; readonly node: string };
  readonly zone: string;
}

/** Inserts an instance that a move brings: everything it had, on its new host, with presence `arriving`. */
export async function insertArrival(tx: CellTx, arrival: Arrival, now: number): Promise<void> {
  await tx.insertInto('instances').values(arrivingRow(arrival, now)).execute();
}

function arrivingRow(arrival: Arrival, now: number): Insertable<InstancesTable> {
  const { instance, before } = arrival;
  return {
    ...newInstanceRow({ ...arrival, build: buildOf(instance) }, now),
    version: instance.version + 1,
    vm_state: before,
    task_state: 'migrating',
    power_state: POWER_STATE[instance.powerState],
    progress: instance.progress,
    locked_by: instance.lockedBy,
    lock_reason: instance.lockReason,
    fault: instance.fault === null ? null : toJson(instance.fault),
    launched_at: instance.launchedAt === null ? null : sqlTime(instance.launchedAt),
    presence: 'arriving',
    instance_name: instance.instanceName,
  };
}

/** Deletes the row again. False when it does not exist, or has another owner. */
export async function removeArriving(tx: CellTx, uuid: string, operationId: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('instances')
    .where('uuid', '=', uuid)
    .where('operation_id', '=', operationId)
    .where('presence', '=', 'arriving')
    .executeTakeFirst();
  return numDeletedRows > 0n;
}

/** The row that this cell already has for an instance that is to arrive. */
export async function occupant(read: CellReader, uuid: string) {
  const row = await read
    .selectFrom('instances')
    .select(['presence', 'epoch', 'operation_id', 'deleted_at'])
    .where('uuid', '=', uuid)
    .executeTakeFirst();
  return cellRowOrNull(row);
}
