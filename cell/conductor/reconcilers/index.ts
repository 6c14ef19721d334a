import type { Reconciler } from '#platform/lifecycle/reconciler.ts';
import type { ConductorParts } from '../parts.ts';
import { oldRowsReconciler } from './old-rows.ts';
import { overdueGuestsReconciler } from './overdue-guests.ts';
import { ownHeartbeatReconciler } from './own-heartbeat.ts';
import { shelvedServersReconciler } from './shelved-servers.ts';
import { silentAgentsReconciler } from './silent-agents.ts';
import { softDeletedServersReconciler } from './soft-deleted-servers.ts';
import { unansweredBuildsReconciler } from './unanswered-builds.ts';
import { unconfirmedResizesReconciler } from './unconfirmed-resizes.ts';
import { unfollowedGuestsReconciler } from './unfollowed-guests.ts';

/** The reconcilers of a cell: they finish work that nobody requests. */
export const reconcilers = (parts: ConductorParts, address: string): readonly Reconciler[] => [
  silentAgentsReconciler(parts),
  overdueGuestsReconciler(parts),
  unansweredBuildsReconciler(parts),
  shelvedServersReconciler(parts),
  softDeletedServersReconciler(parts),
  unconfirmedResizesReconciler(parts),
  unfollowedGuestsReconciler(parts),
  oldRowsReconciler(parts),
  ownHeartbeatReconciler(parts, address),
];
