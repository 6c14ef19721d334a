import { Batcher } from '#platform/batching/batcher.ts';
import { bySize } from '#platform/batching/by-size.ts';
import type { Decision, SchedulingRequest, schedulerContract } from '#platform/contracts/scheduler.ts';
import type { Client } from '#platform/rpc/client.ts';

/** @throws VolvoxError unavailable or deadline-exceeded when no scheduler answers. */
export type Decide = (request: SchedulingRequest) => Promise<Decision>;

/** Of one message; hints and properties of images are as long as users make them, and a peer reads 16 MiB at most. */
const MOST_BYTES = 4 * 1024 * 1024;

/** Requests that come at the same time go to the scheduler together. */
export function decideBy(scheduler: Pick<Client<typeof schedulerContract>, 'schedule'>): Decide {
  const batcher = new Batcher<SchedulingRequest, Decision>({
    mostTogether: 50,
    mostUnderWay: 2,
    send: async (requests) => {
      const parts = bySize(requests, MOST_BYTES);
      const answers = await Promise.all(parts.map((part) => scheduler.schedule({ requests: [...part] })));
      return answers.flatMap(({ decisions }) => decisions);
    },
  });
  return (request) => batcher.ask('', request);
}
