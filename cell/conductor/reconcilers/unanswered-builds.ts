import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import { moment } from '../../database/moment.ts';
import type { ConductorParts } from '../parts.ts';

/**
 * A build is unanswered if it failed here longer than `buildAnswerMs` ago and the global tier has neither taken it back nor buried
 * it. The user sees ERROR with this cell's reason; the notice stays, and a later answer still counts.
 */
export const unansweredBuildsReconciler = (parts: ConductorParts): Reconciler => ({
  name: 'unanswered-builds',
  everyMs: Math.max(1_000, Math.floor(parts.settings.buildAnswerMs / 20)),
  reconcile: async () => {
    const now = parts.clock.now();
    await parts.database.read
      .updateTable('instances')
      .set((eb) => ({
        vm_state: 'error',
        task_state: null,
        version: eb('version', '+', 1),
        updated_at: moment(now),
      }))
      .where('build_failed_at', '<', now - parts.settings.buildAnswerMs)
      .where('vm_state', '=', 'building')
      .where('operation_id', 'is', null)
      .execute();
  },
});
