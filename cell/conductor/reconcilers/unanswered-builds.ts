import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import { showUnansweredBuilds } from '../../database/stores/instance-faults.ts';
import type { ConductorParts } from '../parts.ts';

/**
 * A build is unanswered if it failed here more than `buildAnswerMs` ago and the global tier has neither released nor buried it. The user
 * sees ERROR with this cell's reason. The notice stays, and a later answer still counts.
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
