import { decisionRecord } from '#platform/contracts/kept-decision.ts';
import type { Decision, SchedulingRequest } from '#platform/contracts/scheduler.ts';
import { schedulingRequestOf } from '#platform/contracts/scheduling-request.ts';
import { recordDecision } from '#platform/directory/stores/homes/placing.ts';
import { messageOf, VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Flavor } from '#platform/objects/flavor.ts';
import type { Instance } from '#platform/objects/instance.ts';
import type { ApiDeps } from '../../../deps.ts';
import type { ApiRequest } from '../../../http/route.ts';

/** The number of further hosts that the cell may try. */
const ALTERNATES = 2;

type Deps = Pick<ApiDeps, 'scheduler' | 'directory' | 'clock'>;

/**
 * Asks the scheduler for hosts in the server's cell that can run it with this flavor. `rest` adds further conditions. The decision is kept with the
 * home (decision 0037), while the caller goes on: nobody waits for it, and it is only logged when that fails.
 */
export async function decideIn(
  deps: Deps,
  request: ApiRequest,
  instance: Instance,
  flavor: Flavor,
  cellId: string,
  rest: Partial<Pick<SchedulingRequest, 'requestedHost' | 'schedulerHints'>> = {},
): Promise<Decision> {
  const { requestId, signal } = request;
  const asked = schedulingRequestOf(
    { ...instance, flavor, requestedHost: null, requestId },
    { onlyCellId: cellId, alternates: ALTERNATES, ...rest },
  );
  const { decisions } = await deps.scheduler.schedule({ requests: [asked] }, { requestId, signal });
  const [decision] = decisions;
  if (decision === undefined) throw new VolvoxError('unavailable', 'The scheduler returned no decision.');
  void keep(deps, request, instance.uuid, decision);
  return decision;
}

async function keep({ directory, clock }: Deps, { log }: ApiRequest, uuid: string, decision: Decision): Promise<void> {
  try {
    const now = clock.now();
    const kept = decisionRecord(decision, { asked: decision.candidates, refusedByCells: [] }, now);
    await directory.transaction((tx) => recordDecision(tx, uuid, kept, now));
  } catch (error) {
    log.warn({ uuid, reason: messageOf(error) }, 'cannot keep the decision about a server');
  }
}
