import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import type { ConductorParts } from '../parts.ts';
import { oldRowsReconciler } from './old-rows.ts';
import { overdueCopiesReconciler } from './overdue-copies.ts';
import { ownHeartbeatReconciler } from './own-heartbeat.ts';
import { silentAgentsReconciler } from './silent-agents.ts';
import { unansweredBuildsReconciler } from './unanswered-builds.ts';

/** Everything that puts right what nobody asked for. */
export const reconcilers = (parts: ConductorParts, address: string): readonly Reconciler[] => [
  silentAgentsReconciler(parts),
  overdueCopiesReconciler(parts),
  unansweredBuildsReconciler(parts),
  oldRowsReconciler(parts),
  ownHeartbeatReconciler(parts, address),
];
