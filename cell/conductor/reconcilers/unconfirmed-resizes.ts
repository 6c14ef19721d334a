import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import { resizedBefore } from '../../database/stores/unconfirmed-resizes.ts';
import type { ConductorParts } from '../parts.ts';
import { AT_ONCE, actForEach } from './act-for-each.ts';

/** A resize that was finished more than `resizeConfirmSeconds` ago is confirmed. With 0 none is: its users decide. */
export const unconfirmedResizesReconciler = (parts: ConductorParts): Reconciler => ({
  name: 'unconfirmed-resizes',
  everyMs: 10_000,
  reconcile: async () => {
    const { resizeConfirmSeconds } = parts.settings;
    if (resizeConfirmSeconds === 0) return;
    const before = parts.clock.now() - resizeConfirmSeconds * 1_000;
    await actForEach(parts, await resizedBefore(parts.database.read, before, AT_ONCE), 'confirmResize');
  },
});
