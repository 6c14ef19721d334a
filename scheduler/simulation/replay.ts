import type { Decision } from '#platform/contracts/scheduler.ts';
import { schedule } from '../schedule.ts';
import type { SchedulingPolicy } from '../scheduling-policy.ts';
import { VerdictMemory } from '../verdicts.ts';
import type { Pace } from './pace.ts';
import type { RecordedServer } from './recorded-servers.ts';
import type { SimulatedRegion } from './simulated-region.ts';

interface Replayed {
  /** The cells that took servers, by their uuids. */
  readonly cellIds: ReadonlyMap<string, string>;
  /** The decisions about the others. */
  readonly refused: readonly Decision[];
}

/** Places the servers on the hosts of the region, one after another, by the scheduler's own `schedule`. */
export async function replay(
  servers: readonly RecordedServer[],
  region: SimulatedRegion,
  policy: SchedulingPolicy,
  pace: Pace,
): Promise<Replayed> {
  const memory = new VerdictMemory();
  const cellIds = new Map<string, string>();
  const refused: Decision[] = [];
  for (const { uuid, request } of servers) {
    await pace();
    const decision = schedule(request, region.snapshot, policy, memory);
    const [chosen] = decision.candidates;
    if (chosen === undefined) refused.push(decision);
    else {
      region.place(request, chosen);
      cellIds.set(uuid, chosen.cellId);
    }
  }
  return { cellIds, refused };
}
