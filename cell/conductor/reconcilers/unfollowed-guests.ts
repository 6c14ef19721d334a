import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import { showPower } from '../../database/stores/guest-reports.ts';
import { guestsOfOtherPower, guestsStoppedByThemselves } from '../../database/stores/unfollowed-guests.ts';
import { followStop } from '../agents/follow-stop.ts';
import type { ConductorParts } from '../parts.ts';
import { AT_ONCE } from './act-for-each.ts';

/**
 * A guest is unfollowed if it changed its power, or stopped by itself, while an operation owned its server: its report was stored for the
 * operation, and the operation has ended without it. The server follows it now.
 */
export const unfollowedGuestsReconciler = (parts: ConductorParts): Reconciler => ({
  name: 'unfollowed-guests',
  everyMs: 5_000,
  reconcile: async () => {
    const { database, clock } = parts;
    for (const guest of await guestsStoppedByThemselves(database.read, AT_ONCE)) await followStop(parts, guest);
    await showPower(database.write, await guestsOfOtherPower(database.read, AT_ONCE), clock.now());
  },
});
