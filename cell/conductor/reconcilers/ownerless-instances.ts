import { moment } from '../../database/moment.ts';
import { faultJson } from '../operations/fault.ts';
import type { ConductorParts } from '../parts.ts';
import type { Reconciler } from './periodically.ts';

/**
 * An instance is ownerless if it names an operation that has ended or does not exist. Every operation lets go of its instance in the
 * transaction that ends it, so this means a fault of ours; the instance gets its exit all the same: no task, and ERROR if it never ran.
 */
export const ownerlessInstancesReconciler = (parts: ConductorParts): Reconciler => ({
  name: 'ownerless-instances',
  everyMs: 60_000,
  reconcile: async () => {
    const { read } = parts.database;
    const rows = await read
      .selectFrom('instances')
      .leftJoin('operations', 'operations.id', 'instances.operation_id')
      .select(['instances.uuid', 'instances.operation_id', 'instances.vm_state', 'instances.version'])
      .where('instances.operation_id', 'is not', null)
      .where((eb) => eb.or([eb('operations.id', 'is', null), eb('operations.finished_at', 'is not', null)]))
      .limit(100)
      .execute();
    const now = parts.clock.now();
    for (const row of rows) {
      const neverRan = row.vm_state === 'building';
      const { numUpdatedRows } = await read
        .updateTable('instances')
        .set((eb) => ({
          operation_id: null,
          task_state: null,
          ...(neverRan ? { vm_state: 'error', fault: faultJson('The operation ended without a result.', now) } : {}),
          version: eb('version', '+', 1),
          updated_at: moment(now),
        }))
        .where('uuid', '=', row.uuid)
        .where('version', '=', row.version)
        .executeTakeFirst();
      if (numUpdatedRows === 1n)
        parts.log.error({ instance: row.uuid, operation: row.operation_id }, 'the operation of an instance had ended');
    }
  },
});
