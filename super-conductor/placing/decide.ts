import { Batcher } from '#platform/batching/batcher.ts';
import type { Decision, SchedulingRequest, schedulerContract } from '#platform/contracts/scheduler.ts';
import type { Client } from '#platform/rpc/client.ts';

/** @throws VolvoxError unavailable or deadline-exceeded when no scheduler answers. */
export type Decide = (request: SchedulingRequest) => Promise<Decision>;

/** Requests that come at the same time go to the scheduler together. */
export function decideBy(scheduler: Pick<Client<typeof schedulerContract>, 'schedule'>): Decide {
  const batcher = new Batcher<SchedulingRequest, Decision>({
    mostTogether: 50,
    mostUnderWay: 2,
    send: async (requests) => (await scheduler.schedule({ requests: [...requests] })).decisions,
  });
  return (request) => batcher.ask('', request);
}
