import type { Decision, schedulerContract } from '#platform/contracts/scheduler.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import type { ConfirmedChanges } from './confirmed-changes.ts';
import type { HostSnapshot } from './host-snapshot.ts';
import type { SchedulerMetrics } from './metrics.ts';
import { schedule } from './schedule.ts';
import type { SchedulingPolicy } from './scheduling-policy.ts';
import { VerdictMemory } from './verdicts.ts';

/**
 * Decides by the scheduler contract. No await stands between a decision and its assumption, so the next request sees the assumption. A decision
 * respects every change that the API confirmed before the request came.
 *
 * What earlier calls assumed never refuses a request: when no host is left, it is decided again by what cells have reported and this call has
 * given away. A refusal after this call has given hosts away is `contested`. The claim in the cell is the check.
 */
export const schedulerHandlers = (
  snapshot: Pick<HostSnapshot, 'current' | 'assume' | 'forgetEarlier' | 'describe'>,
  changes: Pick<ConfirmedChanges, 'known'>,
  policy: SchedulingPolicy,
  metrics: SchedulerMetrics,
): Omit<Handlers<typeof schedulerContract>, 'simulate'> => {
  const memory = new VerdictMemory();
  return {
    schedule: async ({ requests }) => {
      await changes.known();
      const current = snapshot.current();
      let given = 0;
      const decisions = requests.map((request): Decision => {
        const end = metrics.duration.startTimer();
        const decide = (): Decision => schedule(request, current, policy, memory);
        const first = decide();
        const decision = first.candidates.length === 0 && snapshot.forgetEarlier() ? decide() : first;
        snapshot.assume(request, decision);
        end();
        const isPlaced = decision.candidates.length > 0;
        metrics.decisions.inc({ outcome: isPlaced ? 'placed' : 'no-host' });
        if (isPlaced) given += 1;
        return isPlaced || given === 0 ? decision : { ...decision, contested: true };
      });
      return { decisions };
    },
    describe: async () => ({ cells: snapshot.describe() }),
  };
};
