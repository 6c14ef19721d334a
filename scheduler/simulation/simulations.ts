import type { schedulerContract } from '#platform/contracts/scheduler.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { SimulatedChange, SimulationReport } from '#platform/objects/simulation.ts';
import type { Handlers } from '#platform/rpc/server.ts';
import type { HostSnapshot } from '../host-snapshot.ts';
import type { KnownHost } from '../known-host.ts';
import type { SchedulingPolicy } from '../scheduling-policy.ts';
import { cellStates } from './cell-states.ts';
import { changedPolicy, changedRegion } from './changed-region.ts';
import { commonestFlavors, flavorRequests } from './commonest-flavors.ts';
import { type Pace, paceOf } from './pace.ts';
import { type RecordedServer, recordedServers } from './recorded-servers.ts';
import { replay } from './replay.ts';
import { reported, SimulatedRegion } from './simulated-region.ts';
import { whyNot } from './why-not.ts';

interface SimulationDeps {
  readonly directory: Pick<Directory, 'read'>;
  readonly snapshot: Pick<HostSnapshot, 'hosts'>;
  readonly policy: SchedulingPolicy;
}

/** Runs one simulation at a time, between the decisions of the scheduler. */
export function simulations({
  directory,
  snapshot,
  policy,
}: SimulationDeps): Handlers<typeof schedulerContract>['simulate'] {
  let isRunning = false;
  return async (change, { signal }) => {
    if (isRunning) throw new VolvoxError('conflict', 'Another simulation runs now. Try again when it has ended.');
    isRunning = true;
    try {
      const servers = await recordedServers(directory);
      const { hosts, silentCells } = snapshot.hosts();
      return { ...(await simulate(servers, hosts, change, policy, paceOf(signal))), silentCells: [...silentCells] };
    } finally {
      isRunning = false;
    }
  };
}

/**
 * Servers keep their hosts, and those that have none, or whose cell is lost, are placed in the order of their creation; `everything`: all of them, on
 * empty hosts. Nothing of this leaves the simulation.
 * @throws VolvoxError invalid when the change names what does not exist.
 */
export async function simulate(
  servers: readonly RecordedServer[],
  known: readonly KnownHost[],
  change: SimulatedChange,
  policy: SchedulingPolicy,
  pace: Pace,
): Promise<Omit<SimulationReport, 'silentCells'>> {
  const hosts = known.map(reported);
  const after = changedRegion(hosts, change, policy);
  const policyAfter = changedPolicy(policy, change);
  const flavors = commonestFlavors(servers);
  const asked = flavorRequests(flavors);

  const homes = new Map(servers.flatMap(({ uuid, cellId }) => (cellId === null ? [] : [[uuid, cellId]])));
  const before = await cellStates(new SimulatedRegion(hosts, policy.metrics), servers, homes, asked, policy, pace);

  const isReplayed = ({ cellId }: RecordedServer) =>
    change.everything || cellId === null || cellId === change.loseCellId;
  const replayed = servers.filter(isReplayed);
  const { cellIds, refused } = await replay(replayed, after, policyAfter, pace);
  for (const { uuid } of replayed) homes.delete(uuid);
  for (const [uuid, cellId] of cellIds) homes.set(uuid, cellId);
  const states = await cellStates(after, servers, homes, asked, policyAfter, pace);

  const cells = new Map(hosts.map(({ cell }) => [cell.id, cell.name]));
  return {
    replayed: replayed.length,
    fit: cellIds.size,
    flavors: flavors.map(({ request, ...flavor }) => ({ ...flavor, ...request.resources })),
    cells: [...cells]
      .flatMap(([id, cellName]) => {
        const state = before.get(id);
        return state === undefined ? [] : [{ cellName, before: state, after: states.get(id) ?? null }];
      })
      .sort((a, b) => a.cellName.localeCompare(b.cellName)),
    unplaced: {
      before: servers.filter(({ cellId }) => cellId === null).length,
      after: servers.filter(({ uuid }) => !homes.has(uuid)).length,
    },
    why: whyNot(refused),
  };
}
