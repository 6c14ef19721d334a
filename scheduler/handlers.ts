import type { Decision, schedulerContract } from '#platform/contracts/scheduler.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import type { ConfirmedChanges } from './confirmed-changes.ts';
import type { HostSnapshot } from './host-snapshot.ts';
import type { SchedulerMetrics } from './metrics.ts';
import { type SchedulingPolicy, schedule } from './schedule.ts';

/** The scheduler's contract. No await between a decision and its assumption: the next request of anybody sees it. What was confirmed to users before the
 * question came is known to the decision. */
export const schedulerHandlers = (
  snapshot: Pick<HostSnapshot, 'current' | 'assume' | 'describe'>,
  changes: Pick<ConfirmedChanges, 'known'>,
  policy: SchedulingPolicy,
  metrics: SchedulerMetrics,
): Handlers<typeof schedulerContract> => ({
  schedule: async ({ requests }) => {
    await changes.known();
    const current = snapshot.current();
    const decisions = requests.map((request): Decision => {
      const end = metrics.duration.startTimer();
      const decision = schedule(request, current, policy);
      snapshot.assume(request, decision);
      end();
      metrics.decisions.inc({ outcome: decision.places.length > 0 ? 'placed' : 'no-host' });
      return decision;
    });
    return { decisions };
  },
  describe: async () => ({ cells: snapshot.describe() }),
});
