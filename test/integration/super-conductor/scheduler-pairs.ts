import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { Registry } from 'prom-client';
import { doorContract } from '#platform/contracts/door.ts';
import type { CellDoor, DoorClient } from '#platform/directory/cell-doors.ts';
import type { Directory } from '#platform/directory/directory.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { recordHome } from '#platform/directory/stores/homes/placing.ts';
import { addGroupMembers, createServerGroup } from '#platform/directory/stores/server-groups.ts';
import { allEnded } from '#platform/lifecycle/all-ended.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { createClient } from '#platform/rpc/client.ts';
import { systemClock } from '#platform/time/clock.ts';
import { AggregateMap } from '../../../scheduler/aggregate-map.ts';
import { ConfirmedChanges } from '../../../scheduler/confirmed-changes.ts';
import { schedulerHandlers } from '../../../scheduler/handlers.ts';
import { HostSnapshot } from '../../../scheduler/host-snapshot.ts';
import { schedulerMetrics } from '../../../scheduler/metrics.ts';
import { DEFAULT_POLICY } from '../../../scheduler/scheduling-policy.ts';
import { composeDeps } from '../../../super-conductor/compose-deps.ts';
import type { GlobalDeps } from '../../../super-conductor/deps.ts';
import { placeBuild } from '../../../super-conductor/placing/place-build.ts';
import { aBuild, aFlavor } from '../../support/a-build.ts';
import { DOOR_KEY } from '../../support/test-keys.ts';
import { waitUntil } from '../../support/wait-until.ts';
import type { CellWorld } from '../cell/conductor/support/cell-world.ts';

/** What one unit of a flavor takes. Flavors are whole multiples, so hosts of whole multiples can be filled to the last unit. */
export const UNIT = { vcpus: 1, ramMb: 512, diskGb: 1 };

/** How soon a run that could not say is repeated, ms. */
const RECHECK_MS = 500;

/** What happened while clients created builds. */
interface FillCounts {
  placed: number;
  /** Builds that ended without a host, by units. */
  readonly buried: Map<number, number>;
  /** Of those: builds for which a host still had capacity afterwards. Since hosts only become fuller here, it had that all the time. */
  wrong: number;
  /** Conflicts: the first candidate was full, an alternate of the same call took the build. */
  elsewhere: number;
  /** Conflicts: no candidate of the call took the build. */
  refused: number;
  /** Calls of doors. */
  calls: number;
  /** Runs that could not say yet. */
  later: number;
}

interface Pair {
  readonly deps: GlobalDeps;
  stop(): Promise<void>;
}

/** Several schedulers and super-conductors, each pair with its own feeds and connections to the same cells. */
export async function schedulerPairs(directory: Directory, worlds: readonly CellWorld[], count: number) {
  const counts: FillCounts = { placed: 0, buried: new Map(), wrong: 0, elsewhere: 0, refused: 0, calls: 0, later: 0 };
  const peers = worlds.map((world, index) => ({
    id: randomUUID(),
    name: `cell-${index + 1}`,
    url: world.conductor.http.address(),
  }));
  const pairs: Pair[] = [];
  for (let index = 0; index < count; index++) {
    const cells = peers.map(
      (peer): CellDoor => ({
        ...peer,
        enabled: true,
        door: counting(createClient(doorContract, { url: peer.url, key: DOOR_KEY }), counts),
      }),
    );
    pairs.push(await aPair(directory, cells));
  }
  return {
    counts,
    /** Client `client` creates builds of random sizes until the smallest has no host; a size that has none is not tried again. */
    fill: async (client: number, sizes: readonly number[]): Promise<void> => {
      const { deps } = pairs[client % pairs.length] as Pair;
      for (let left = [...sizes]; left.length > 0; ) {
        const units = left[Math.floor(Math.random() * left.length)] as number;
        if (await create(deps, units, counts)) continue;
        counts.buried.set(units, (counts.buried.get(units) ?? 0) + 1);
        const free = await Promise.all(worlds.map(freeMemoryIn));
        if (Math.max(...free) >= units * UNIT.ramMb) counts.wrong += 1;
        left = left.filter((size) => size < units);
      }
    },
    /** Members of a new affinity group, one of each pair at the same time. @returns the group's id. */
    createTogether: async (): Promise<string> => {
      const group = { id: randomUUID(), name: 'together', policy: 'affinity', maxServerPerHost: 1 } as const;
      const builds = pairs.map(() => aBuild({ flavor: flavorOf(1), serverGroup: group }));
      const now = new Date().toISOString();
      await directory.transaction(async (tx) => {
        const row = { uuid: group.id, projectId: 'project', userId: 'user', name: group.name, policy: group.policy };
        await createServerGroup(tx, { ...row, maxServerPerHost: null }, now);
        const uuids = builds.map(({ uuid }) => uuid);
        await addGroupMembers(tx, group.id, uuids, 'user', -1, now);
      });
      const placed = await Promise.all(pairs.map(({ deps }, at) => place(deps, builds[at] as InstanceBuild, counts)));
      if (placed.includes(false)) throw new Error('a member found no host');
      return group.id;
    },
    stop: () => allEnded(pairs.map((pair) => pair.stop())),
  };
}

/** Of its host that has most memory free, MiB. */
async function freeMemoryIn({ test: { database } }: CellWorld): Promise<number> {
  const { rows } = await sql<{ free: number }>`SELECT MAX(capacity_ram_mb - used_ram_mb) AS free FROM hosts`.execute(
    database.write,
  );
  return Number(rows[0]?.free);
}

/** @returns whether a cell took it. */
function create(deps: GlobalDeps, units: number, counts: FillCounts): Promise<boolean> {
  return place(deps, aBuild({ flavor: flavorOf(units) }), counts);
}

const flavorOf = (units: number) =>
  aFlavor({ vcpus: UNIT.vcpus * units, ramMb: UNIT.ramMb * units, diskGb: UNIT.diskGb * units });

async function place(deps: GlobalDeps, build: InstanceBuild, counts: FillCounts): Promise<boolean> {
  await deps.directory.transaction((tx) => acceptBuilds(tx, [build], Date.now()));
  for (;;) {
    const placing = await placeBuild({ uuid: build.uuid, triedCellIds: [], log: silentLogger }, deps);
    if (placing.outcome === 'ended') return false;
    if (placing.outcome === 'placed') {
      await deps.directory.transaction((tx) => recordHome(tx, build.uuid, placing, Date.now()));
      counts.placed += 1;
      return true;
    }
    counts.later += 1;
    // As the operation that routes builds does.
    await systemClock.sleep(RECHECK_MS);
  }
}

async function aPair(directory: Directory, cells: readonly CellDoor[]): Promise<Pair> {
  const log = silentLogger;
  const aggregates = new AggregateMap({ directory, log });
  const known = { all: () => cells, watch: () => () => undefined };
  const snapshot = new HostSnapshot({ cells: known, aggregates, log, silentAfterMs: 5_000 });
  const refresh = [() => aggregates.refresh(), () => snapshot.ask()];
  const changes = new ConfirmedChanges({ directory, refresh, log });
  const metrics = schedulerMetrics(new Registry());
  await aggregates.start();
  await snapshot.start();
  await waitUntil('the feeds to know all cells', () =>
    snapshot.describe().every(({ hosts, connected }) => connected && hosts > 0) ? true : null,
  );
  const { schedule } = schedulerHandlers(snapshot, changes, DEFAULT_POLICY, metrics);
  const scheduler = { schedule } as unknown as Parameters<typeof composeDeps>[0];
  const doors = { ...known, find: (id: string) => cells.find((cell) => cell.id === id) };
  return {
    deps: composeDeps(scheduler, { directory, cells: doors, clock: systemClock }),
    stop: async () => {
      await snapshot.stop();
      await aggregates.stop();
      await allEnded(cells.map(({ door }) => door.close()));
    },
  };
}

/** The same door; counts what its cell answers to builds. */
const counting = (door: DoorClient, counts: FillCounts): DoorClient => ({
  ...door,
  createInstances: async (request, options) => {
    const { answers } = await door.createInstances(request, options);
    counts.calls += 1;
    const asked = new Map(request.requests.map(({ build, hostId }) => [build.uuid, hostId]));
    for (const answer of answers) {
      if (!answer.accepted) counts.refused += 1;
      else if (answer.hostId !== asked.get(answer.uuid)) counts.elsewhere += 1;
    }
    return { answers };
  },
});
