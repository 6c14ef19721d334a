import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import { shelvedBefore } from '../../database/stores/shelved-instances.ts';
import type { ConductorParts } from '../parts.ts';
import { AT_ONCE, actForEach } from './act-for-each.ts';

/** A shelved server has been on its host for too long if it was not changed for `shelvedOffloadSeconds`. */
export const shelvedServersReconciler = (parts: ConductorParts): Reconciler => ({
  name: 'shelved-servers',
  everyMs: 10_000,
  reconcile: async () => {
    const { shelvedOffloadSeconds } = parts.settings;
    if (shelvedOffloadSeconds < 0) return;
    const before = parts.clock.now() - shelvedOffloadSeconds * 1_000;
    await actForEach(parts, await shelvedBefore(parts.database.read, before, AT_ONCE), 'shelveOffload');
  },
});
