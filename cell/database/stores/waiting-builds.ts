import { operationFromTable } from '#platform/operations/operation-rows.ts';
import type { OperationRow } from '#platform/operations/store.ts';
import { POWER_STATE } from '#platform/states/power-state.ts';
import type { CellTx } from '../cell-database.ts';
import { moment } from '../moment.ts';
import { newVersion } from './new-version.ts';

interface WaitingBuild {
  readonly instanceUuid: string;
  readonly guestId: string;
  /** Of the guest. */
  readonly generation: number;
  readonly operation: OperationRow;
}

/**
 * Those of these instances that are being built, and at whose build nobody works: it waits for the guest. Their rows, those of their guests and
 * of the operations stay locked until the transaction ends, in the order in which operations lock them.
 */
export async function lockWaitingBuilds(
  tx: CellTx,
  instanceUuids: readonly string[],
  now: number,
): Promise<readonly WaitingBuild[]> {
  const rows = await tx
    .selectFrom('instances')
    .innerJoin('guests', 'guests.id', 'instances.guest_id')
    .innerJoin('operations', 'operations.id', 'instances.operation_id')
    .selectAll('operations')
    .select(['instances.uuid as instance_uuid', 'guests.id as guest_id', 'guests.generation'])
    .where('instances.uuid', 'in', instanceUuids)
    .where('operations.kind', '=', 'build')
    .where('operations.state', '=', 'running')
    .where('operations.finished_at', 'is', null)
    .where('operations.lease_expires_at', '<=', now)
    .where('operations.deadline_at', '>=', now)
    .forUpdate()
    .execute();
  return rows.map(({ instance_uuid, guest_id, generation, ...operation }) => ({
    ...{ instanceUuid: instance_uuid, guestId: guest_id, generation: Number(generation) },
    operation: operationFromTable(operation),
  }));
}

/** Instances whose guests run, and which no operation owns from now on. Their rows are locked. */
export async function activateInstances(tx: CellTx, uuids: readonly string[], now: number): Promise<void> {
  await tx
    .updateTable('instances')
    .set({
      ...{ vm_state: 'active' as const, task_state: null, operation_id: null, fault: null },
      ...{ power_state: POWER_STATE.running, launched_at: moment(now), ...newVersion(now) },
    })
    .where('uuid', 'in', uuids)
    .execute();
}
