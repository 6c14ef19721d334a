import type { Decision, SchedulingRequest } from '#platform/contracts/scheduler.ts';
import { schedulingRequestOf } from '#platform/contracts/scheduling-request.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Flavor } from '#platform/objects/flavor.ts';
import type { Instance } from '#platform/objects/instance.ts';
import type { Reader } from '../../../cross-cell/ask-cells.ts';
import type { ApiDeps } from '../../../deps.ts';

/** The number of further hosts that the cell may try. */
const ALTERNATES = 2;

/** Asks the scheduler for hosts in the server's cell that can run it with this flavor. `rest` adds further conditions. */
export async function decideIn(
  { scheduler }: Pick<ApiDeps, 'scheduler'>,
  { requestId, signal }: Reader,
  instance: Instance,
  flavor: Flavor,
  cellId: string,
  rest: Partial<Pick<SchedulingRequest, 'requestedHost' | 'schedulerHints'>> = {},
): Promise<Decision> {
  const request = schedulingRequestOf(
    { ...instance, flavor, requestedHost: null, requestId },
    { onlyCellId: cellId, alternates: ALTERNATES, ...rest },
  );
  const { decisions } = await scheduler.schedule({ requests: [request] }, { requestId, signal });
  const [decision] = decisions;
  if (decision === undefined) throw new VolvoxError('unavailable', 'The scheduler returned no decision.');
  return decision;
}
