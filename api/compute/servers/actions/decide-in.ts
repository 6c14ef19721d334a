import type { Decision, SchedulingRequest } from '#platform/contracts/scheduler.ts';
import { schedulingRequestOf } from '#platform/contracts/scheduling-request.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Flavor } from '#platform/objects/flavor.ts';
import type { Instance } from '#platform/objects/instance.ts';
import type { ApiDeps } from '../../../deps.ts';
import type { ApiRequest } from '../../../http/route.ts';

/** The number of further hosts that the cell may try. */
const ALTERNATES = 2;

/** Asks the scheduler for hosts in the server's cell that can run it with this flavor. `rest` adds further conditions. */
export async function decideIn(
  { scheduler }: Pick<ApiDeps, 'scheduler'>,
  { requestId }: Pick<ApiRequest, 'requestId'>,
  instance: Instance,
  flavor: Flavor,
  cellId: string,
  rest: Partial<Pick<SchedulingRequest, 'requestedHost' | 'schedulerHints'>> = {},
): Promise<Decision> {
  const request = schedulingRequestOf(
    { ...instance, flavor, requestedHost: null, requestId },
    { onlyCellId: cellId, alternates: ALTERNATES, ...rest },
  );
  const { decisions } = await scheduler.schedule({ requests: [request] }, { requestId });
  const [decision] = decisions;
  if (decision === undefined) throw new VolvoxError('unavailable', 'The scheduler returned no decision.');
  return decision;
}
