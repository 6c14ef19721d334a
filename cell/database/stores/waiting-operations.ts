import { operationFromTable } from '#platform/operations/operation-rows.ts';
import type { OperationRow } from '#platform/operations/store.ts';
import type { VmState } from '#platform/states/vm-state.ts';
import type { CellTx } from '../cell-database.ts';
import { moment } from '../moment.ts';
import { newVersion } from './new-version.ts';

interface WaitingOperation {
  readonly instanceUuid: string;
  readonly guestId: string;
  /** Of the guest. */
  readonly generation: number;
  readonly operation: OperationRow;
}

/**
 * Operations of these kinds that own these instances, and at which nobody works: they wait for the guest. Their rows, those of their guests and
 * of the instances stay locked until the transaction ends, in the order in which operations lock them.
 */
export async function lockWaitingOperations(
  tx: CellTx,
  instanceUuids: readonly string[],
  kinds: readonly string[],
  now: number,
): Promise<readonly WaitingOperation[]> {
  const rows = await tx
    .selectFrom('instances')
    .innerJoin('guests', 'guests.id', 'instances.guest_id')
    .innerJoin('operations', 'operations.id', 'instances.operation_id')
    .selectAll('operations')
    .select(['instances.uuid as instance_uuid', 'guests.id as guest_id', 'guests.generation'])
    .where('instances.uuid', 'in', instanceUuids)
    .where('operations.kind', 'in', kinds)
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

/** Instances whose guests are as desired, and which no operation owns from now on. Their rows are locked. */
export async function settleInstances(
  tx: CellTx,
  uuids: readonly string[],
  as: { readonly vmState: VmState; readonly powerState: number; readonly isLaunch: boolean },
  now: number,
): Promise<void> {
  await tx
    .updateTable('instances')
    .set({
      ...{ vm_state: as.vmState, task_state: null, operation_id: null, fault: null, power_state: as.powerState },
      ...(as.isLaunch ? { launched_at: moment(now) } : {}),
      ...newVersion(now),
    })
    .where('uuid', 'in', uuids)
    .execute();
}
