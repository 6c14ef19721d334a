import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { CellState } from '#platform/objects/simulation.ts';
import { RESOURCE_KEYS } from '../host-columns.ts';
import type { HostView } from '../host-view.ts';
import type { SchedulingPolicy } from '../scheduling-policy.ts';
import type { Pace } from './pace.ts';
import type { RecordedServer } from './recorded-servers.ts';
import { replay } from './replay.ts';
import type { SimulatedRegion } from './simulated-region.ts';

/**
 * How each cell stands. Its headroom is measured: the cell is taken away, its servers are placed on the hosts of the others, and all is as before.
 * @param homes the cell of each server that has one, by uuid.
 * @param flavors requests that ask for nothing but a flavor.
 */
export async function cellStates(
  region: SimulatedRegion,
  servers: readonly RecordedServer[],
  homes: ReadonlyMap<string, string>,
  flavors: readonly SchedulingRequest[],
  policy: SchedulingPolicy,
  pace: Pace,
): Promise<ReadonlyMap<string, CellState>> {
  const byCell = Map.groupBy(region.hosts(), ({ cell }) => cell.id);
  const states = new Map<string, CellState>();
  for (const [cellId, hosts] of byCell) {
    const own = servers.filter(({ uuid }) => homes.get(uuid) === cellId);
    const free: number[] = [];
    for (const flavor of flavors) {
      await pace();
      free.push(slotsOn(hosts, flavor, region, policy));
    }
    const headroom = await headroomOf(cellId, own, region, policy, pace);
    states.set(cellId, { hosts: hosts.length, servers: own.length, headroom, free });
  }
  return states;
}

async function headroomOf(
  cellId: string,
  own: readonly RecordedServer[],
  region: SimulatedRegion,
  policy: SchedulingPolicy,
  pace: Pace,
): Promise<number | null> {
  if (own.length === 0) return null;
  const lost = region.removeCell(cellId);
  const { cellIds } = await replay(own, region, policy, pace);
  region.takeBack();
  region.add(lost);
  return cellIds.size / own.length;
}

/** How many servers the hosts can take of a flavor. */
function slotsOn(
  hosts: readonly HostView[],
  flavor: SchedulingRequest,
  { table }: SimulatedRegion,
  { filters }: SchedulingPolicy,
): number {
  const questions = filters.flatMap((filter) => filter.question(flavor, table) ?? []);
  return hosts
    .filter((host) => questions.every((question) => question(host) === null))
    .reduce((slots, host) => slots + slotsOf(host, flavor), 0);
}

function slotsOf({ capacity, used }: HostView, { resources }: SchedulingRequest): number {
  const asked = RESOURCE_KEYS.filter((key) => resources[key] > 0);
  if (asked.length === 0) return 0;
  return Math.min(...asked.map((key) => Math.floor((capacity[key] - used[key]) / resources[key])));
}
