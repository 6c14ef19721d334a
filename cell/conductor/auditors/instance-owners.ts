import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import { moment } from '../../database/moment.ts';
import { faultJson } from '../operations/fault.ts';
import type { ConductorParts } from '../parts.ts';
import { MOST } from './under-way.ts';

/**
 * An instance is ownerless if it names an operation that has ended or does not exist. Every operation lets go of its instance in the
 * transaction that ends it, so this means a fault of ours; the instance gets its exit all the same: no task, and ERROR if it never ran.
 */
export const instanceOwners = (parts: ConductorParts): Auditor => ({
  kinds: ['instance-owner'],
  settleMs: 5_000,
  look: async () => {
    const rows = await parts.database.read
      .selectFrom('instances')
      .leftJoin('operations', 'operations.id', 'instances.operation_id')
      .select(['instances.uuid', 'instances.operation_id', 'instances.vm_state', 'instances.version'])
      .where('instances.operation_id', 'is not', null)
      .where((eb) => eb.or([eb('operations.id', 'is', null), eb('operations.finished_at', 'is not', null)]))
      .limit(MOST)
      .execute();
    return rows.map(
      (row): Difference => ({
        kind: 'instance-owner',
        subject: row.uuid,
        message: `it names the operation ${row.operation_id}, which has ended`,
        advice: 'none: it is let go',
        repair: () => letGo(parts, row),
      }),
    );
  },
});

async function letGo(
  parts: ConductorParts,
  row: { readonly uuid: string; readonly vm_state: string; readonly version: number },
): Promise<boolean> {
  const now = parts.clock.now();
  const neverRan = row.vm_state === 'building';
  const { numUpdatedRows } = await parts.database.read
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
  return numUpdatedRows === 1n;
}
