import { Batcher } from '#platform/batching/batcher.ts';
import { bySize } from '#platform/batching/by-size.ts';
import type { Decision, SchedulingRequest, schedulerContract } from '#platform/contracts/scheduler.ts';
import { isVolvoxError } from '#platform/errors/volvox-error.ts';
import type { Client } from '#platform/rpc/client.ts';
import type { Clock } from '#platform/time/clock.ts';

/** @throws VolvoxError unavailable or deadline-exceeded when no scheduler answers; what it refuses this request with. */
export type Decide = (request: SchedulingRequest) => Promise<Decision>;

type Scheduler = Pick<Client<typeof schedulerContract>, 'schedule'>;
type Settled = PromiseSettledResult<Decision>;

/** Of one message; hints and properties of images are as long as users make them, and a peer reads 16 MiB at most. */
const MAX_BYTES = 4 * 1024 * 1024;

/** How long a contested request waits before it is asked alone, ms: until the claims of the others have been made and reported. */
const SETTLE_MS = 400;

/**
 * Requests that come at the same time go to the scheduler together; one that it cannot decide is no failure of the others, and one that gets no host
 * because of the others is asked again alone.
 */
export function decideBy(scheduler: Scheduler, clock: Clock): Decide {
  const batcher = new Batcher<SchedulingRequest, Settled>({
    maxBatchSize: 50,
    maxInProgress: 2,
    send: async (requests) =>
      (await Promise.all(bySize(requests, MAX_BYTES).map((part) => settle(scheduler, part)))).flat(),
  });
  return async (request) => {
    const together = decisionOf(await batcher.ask('', request));
    if (together.contested !== true) return together;
    await clock.sleep(SETTLE_MS);
    return decisionOf(await batcher.ask(request.instanceUuid, request));
  };
}

function decisionOf(settled: Settled): Decision {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

async function settle(scheduler: Scheduler, requests: readonly SchedulingRequest[]): Promise<readonly Settled[]> {
  try {
    const { decisions } = await scheduler.schedule({ requests: [...requests] });
    return decisions.map((value) => ({ status: 'fulfilled', value }));
  } catch (reason) {
    if (requests.length === 1 || isSilent(reason)) return requests.map(() => ({ status: 'rejected', reason }));
    const alone: Settled[] = [];
    for (const request of requests) alone.push(...(await settle(scheduler, [request])));
    return alone;
  }
}

/** Nobody answered: each alone would hear the same. */
const isSilent = (error: unknown): boolean =>
  isVolvoxError(error, 'unavailable') || isVolvoxError(error, 'deadline-exceeded');
