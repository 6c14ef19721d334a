import type { Auditor, Difference } from '#platform/audit/auditor.ts';
import {
  type OwnerlessInstance,
  ownerlessInstances,
  releaseOwnerless,
} from '../../database/stores/audits/instance-owners.ts';
import { faultJson } from '../operations/fault.ts';
import type { ConductorParts } from '../parts.ts';

/**
 * An instance is ownerless if it names an operation that has ended or does not exist. Every operation releases its instance in the
 * transaction that ends it, so this is a bug of Volvox. The repair releases the instance: no task, and ERROR if it never ran.
 */
export const instanceOwners = (parts: ConductorParts): Auditor => ({
  kinds: ['instance-owner'],
  settleMs: 5_000,
  look: async () => {
    const rows = await ownerlessInstances(parts.database.read);
    return rows.map(
      (row): Difference => ({
        kind: 'instance-owner',
        subject: row.uuid,
        message: `it names the operation ${row.operationId}, which has ended`,
        advice: 'none: the instance is released',
        repair: () => release(parts, row),
      }),
    );
  },
});

function release(parts: ConductorParts, row: OwnerlessInstance): Promise<boolean> {
  const now = parts.clock.now();
  const fault = row.vmState === 'building' ? faultJson('The operation ended without a result.', now) : null;
  return releaseOwnerless(parts.database.write, row, fault, now);
}
