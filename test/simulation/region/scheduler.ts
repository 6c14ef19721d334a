import {
  type Candidate,
  type Decision,
  type SchedulingRequest,
  schedulerContract,
} from '#platform/contracts/scheduler.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Life } from '../kernel/kernel.ts';
import { SCHEDULER } from './super-conductor.ts';
import type { World } from './world.ts';

interface KnownHost {
  readonly id: string;
  readonly name: string;
  readonly up: number;
  readonly free_vcpus: number;
}

const FRESH_MS = 1_500;

/**
 * A scheduler that chooses at random among the hosts that seem to have capacity, on a view that may be out of date. The cells' claims
 * decide in the end, and any choice of the real scheduler is one of those that come up here.
 */
export function simulatedScheduler(world: World, life: Life): readonly Service[] {
  const { random, clock } = world.kernel;
  const views = new Map<string, { readonly at: number; readonly hosts: readonly KnownHost[] }>();

  const viewOf = (cell: World['cells'][number]): readonly KnownHost[] => {
    const known = views.get(cell.id);
    if (known !== undefined && clock.now() - known.at < FRESH_MS) return known.hosts;
    const hosts = cell.sql.look<KnownHost & Record<string, unknown>>(
      'SELECT id, name, up, capacity_vcpus - used_vcpus AS free_vcpus FROM hosts',
    );
    views.set(cell.id, { at: clock.now(), hosts });
    return hosts;
  };
  const decide = (request: SchedulingRequest): Decision => {
    const asked = world.cells.filter(
      ({ id }) => (request.onlyCellId === null || request.onlyCellId === id) && !request.ignoreCellIds.includes(id),
    );
    const hosts = asked.flatMap((cell) => viewOf(cell).map((host) => ({ cell, host })));
    const fitting = hosts.filter(
      ({ host }) =>
        host.up === 1 &&
        host.free_vcpus >= request.resources.vcpus &&
        !request.ignoreHostIds.includes(host.id) &&
        (request.requestedHost === null || request.requestedHost === host.name),
    );
    const candidates: Candidate[] = random.shuffled(fitting).map(({ cell, host }) => ({
      cellId: cell.id,
      cellName: cell.name,
      hostId: host.id,
      hostName: host.name,
      zone: 'nova',
    }));
    return {
      instanceUuid: request.instanceUuid,
      candidates: candidates.slice(0, 1 + request.alternates),
      refusals: [],
      hostsConsidered: hosts.length,
      silentCells: [],
    };
  };
  return [
    {
      name: 'scheduler',
      start: async () =>
        world.network.serve(life, SCHEDULER, schedulerContract, {
          schedule: async ({ requests }) => ({ decisions: requests.map(decide) }),
          simulate: async () => {
            throw new VolvoxError('unsupported', 'Nothing is simulated in a simulation.');
          },
          describe: async () => ({ cells: [] }),
        }),
      drain: async () => undefined,
      stop: async () => undefined,
    },
  ];
}
