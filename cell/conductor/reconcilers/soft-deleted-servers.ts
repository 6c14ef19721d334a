import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import { softDeletedBefore } from '../../database/stores/soft-deleted-instances.ts';
import type { ConductorParts } from '../parts.ts';
import { AT_ONCE, actForEach } from './act-for-each.ts';

/** A server that was soft-deleted more than `reclaimInstanceSeconds` ago is deleted for good. With 0 none is: its users decide. */
export const softDeletedServersReconciler = (parts: ConductorParts): Reconciler => ({
  name: 'soft-deleted-servers',
  everyMs: 10_000,
  reconcile: async () => {
    const { reclaimInstanceSeconds } = parts.settings;
    if (reclaimInstanceSeconds === 0) return;
    const before = parts.clock.now() - reclaimInstanceSeconds * 1_000;
    const servers = await softDeletedBefore(parts.database.read, before, AT_ONCE);
    await actForEach(parts, servers, 'forceDelete', { onlySoftDeleted: true });
  },
});
