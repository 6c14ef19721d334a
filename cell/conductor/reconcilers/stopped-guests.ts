import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import { guestsStoppedByThemselves } from '../../database/stores/stopped-guests.ts';
import { followStop } from '../agents/follow-stop.ts';
import type { ConductorParts } from '../parts.ts';
import { AT_ONCE } from './act-for-each.ts';

/**
 * A guest has stopped unnoticed if it stopped by itself while an operation owned its server: its report was stored for the operation, and the
 * operation has ended since. The server follows it now.
 */
export const stoppedGuestsReconciler = (parts: ConductorParts): Reconciler => ({
  name: 'stopped-guests',
  everyMs: 5_000,
  reconcile: async () => {
    for (const guest of await guestsStoppedByThemselves(parts.database.read, AT_ONCE)) await followStop(parts, guest);
  },
});
