import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import { showUnansweredBuilds } from '../../database/stores/instance-faults.ts';
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
    const failedBefore = now - parts.settings.buildAnswerMs;
    await showUnansweredBuilds(parts.database.write, failedBefore, now);
  },
});
