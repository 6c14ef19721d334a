import type { Decision, SchedulingRequest } from '#platform/contracts/scheduler.ts';
import { schedulingRequestOf } from '#platform/contracts/scheduling-request.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Flavor } from '#platform/objects/flavor.ts';
import type { Instance } from '#platform/objects/instance.ts';
import type { ApiDeps } from '../../../deps.ts';
import type { ApiRequest } from '../../../http/route.ts';

/** How many hosts the cell may try besides the first. */
const ALTERNATES = 2;

/** Where in its cell the server could be with this flavor. `rest`: what besides is asked of the host. */
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
  if (decision === undefined) throw new VolvoxError('unavailable', 'The scheduler gave no answer.');
  return decision;
}
