import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import { overdueGuests } from '../../database/stores/guests.ts';
import { overdueBindings } from '../../database/stores/port-bindings.ts';
import type { ConductorParts } from '../parts.ts';

const OVERDUE_MS = 10_000;
const MAX_AT_ONCE = 1_000;

/**
 * A guest or a port binding is overdue if it is not settled, its host is up, and its agent has not reported on it for ten seconds. The
 * wake-up may have been lost with the queue, so its agent is woken again.
 */
export const overdueGuestsReconciler = (parts: ConductorParts): Reconciler => ({
  name: 'overdue-guests',
  everyMs: OVERDUE_MS,
  reconcile: async () => {
    const since = parts.clock.now() - OVERDUE_MS;
    const { read } = parts.database;
    parts.agents.wakeEach(await overdueGuests(read, since, MAX_AT_ONCE), (guest) => guest.computeAgentId);
    parts.agents.wakeEach(await overdueBindings(read, since, MAX_AT_ONCE), (binding) => binding.networkAgentId);
  },
});
