import { randomUUID } from 'node:crypto';
import type { CellDoor } from '#platform/directory/cell-doors.ts';
import type { Directory, DirectoryTx } from '#platform/directory/directory.ts';
import { DIRECTORY_MIGRATIONS } from '#platform/directory/migrations/index.ts';
import { acceptBuilds } from '#platform/directory/stores/homes/accept-builds.ts';
import { requestDelete } from '#platform/directory/stores/homes/deleting.ts';
import { getHome } from '#platform/directory/stores/homes/get-homes.ts';
import { listOrphanedPlacements } from '#platform/directory/stores/orphaned-placements.ts';
import { projectUsages, takeQuota } from '#platform/directory/stores/quotas.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { allEnded } from '#platform/lifecycle/all-ended.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import type { Host } from '#platform/objects/host.ts';
import type { InstanceBuild } from '#platform/objects/instance-build.ts';
import { OperationEngine } from '#platform/operations/engine.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import { schedule } from '../../../scheduler/schedule.ts';
import { composeDeps } from '../../../super-conductor/compose-deps.ts';
import type { GlobalDeps } from '../../../super-conductor/deps.ts';
import { deleteArrived } from '../../../super-conductor/operations/delete-arrived.ts';
import { moveServer } from '../../../super-conductor/operations/move-server.ts';
import { routeBuild } from '../../../super-conductor/operations/route-build.ts';
import { aBuild } from '../../support/a-build.ts';
import { createTestDatabase } from '../../support/test-database.ts';
import { waitUntil } from '../../support/wait-until.ts';
import { aSnapshot, aView } from '../../unit/scheduler/builders.ts';
import { StubCell } from './stub-cell.ts';

/** What the world has to know of a stub of a cell. */
interface WorldCell {
  readonly id: string;
  readonly name: string;
  readonly cell: CellDoor;
  readonly hosts: readonly Host[];
  readonly instances?: ReadonlyMap<string, unknown>;
}

/** A directory on a real database, the real decisions of a scheduler, and cells that are stubs behind the door's contract. */
export async function aWorld(cells: readonly WorldCell[]) {
  const db = await createTestDatabase<DirectoryTables>(DIRECTORY_MIGRATIONS, 20);
  const directory: Directory = db.database;
  const offset = { ms: 0 };
  const state = { schedulerDown: false, silent: [] as string[] };
  const clock: GlobalDeps['clock'] = {
    now: () => Date.now() + offset.ms,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, Math.min(ms, 50));
        signal?.addEventListener('abort', () => resolve(clearTimeout(timer)), { once: true });
      }),
  };
  const doors: GlobalDeps['cells'] = {
    find: (id) => cells.find((cell) => cell.id === id)?.cell,
    all: () => cells.map(({ cell }) => cell),
    watch: () => () => undefined,
  };
  const scheduler: Parameters<typeof composeDeps>[0] = {
    schedule: async ({ requests }) => {
      if (state.schedulerDown) throw new VolvoxError('unavailable', 'The scheduler cannot be reached.');
      const hosts = cells
        .filter(({ name }) => !state.silent.includes(name))
        .flatMap(({ cell, hosts: own }) => own.map((host) => aView(host, { cell })));
      return { decisions: requests.map((request) => schedule(request, aSnapshot(hosts, state.silent))) };
    },
  };
  const deps = composeDeps(scheduler, { directory, cells: doors, clock });

  const engines: OperationEngine<GlobalDeps, DirectoryTx>[] = [];
  const startEngine = async (leaseMs = 10_000) => {
    const engine = new OperationEngine<GlobalDeps, DirectoryTx>({
      store: createSqlOperationStore(directory),
      definitions: [routeBuild, deleteArrived, moveServer],
      deps,
      log: silentLogger,
      workerId: `test ${randomUUID()}`,
      reapEveryMs: 20,
      leaseMs,
      clock,
    });
    engines.push(engine);
    await engine.start();
    return engine;
  };

  return {
    directory,
    deps,
    state,
    startEngine,
    /** Lets time pass for everything that asks the clock of the world. */
    skip: (ms: number) => {
      offset.ms += ms;
    },
    accept: async (rest: Partial<InstanceBuild> = {}): Promise<InstanceBuild> => {
      const build = aBuild(rest);
      await directory.transaction(async (tx) => {
        await takeQuota(tx, build.projectId, { instances: 1, cores: 2, ram: 512 });
        await acceptBuilds(tx, [build], clock.now());
      });
      return build;
    },
    askDelete: (uuid: string) => directory.transaction((tx) => requestDelete(tx, uuid, clock.now())),
    home: (uuid: string) => getHome(directory.read, uuid),
    /** The home once it is in this state. */
    until: (uuid: string, expected: string) =>
      waitUntil(`${uuid} to be ${expected}`, async () => {
        const home = await getHome(directory.read, uuid);
        return home?.state === expected ? home : null;
      }),
    /** Until its only operation was taken up so often. */
    untilTried: (times: number) =>
      waitUntil(`${times} tries`, async () => {
        const row = await directory.read.selectFrom('operations').select('lease_token').executeTakeFirstOrThrow();
        return Number(row.lease_token) >= times;
      }),
    untilIdle: () =>
      waitUntil('all operations to end', async () => {
        const open = await directory.read
          .selectFrom('operations')
          .select('id')
          .where('finished_at', 'is', null)
          .executeTakeFirst();
        return open === undefined;
      }),
    orphaned: async () => listOrphanedPlacements(directory.read, clock.now() + 1e6, 1_000),
    inUse: async (project = 'project') => (await projectUsages(directory.read, project)).instances,
    /** How many cells have the instance. */
    countOfCells: (uuid: string) => cells.filter((cell) => cell.instances?.has(uuid) === true).length,
    close: async () => {
      await allEnded(engines.map((engine) => engine.stop()));
      await db.drop();
    },
  };
}
export type World = Awaited<ReturnType<typeof aWorld>>;

/** A world of one cell with one host, where the engine runs and a server is placed. */
export async function aWorldWithServer(): Promise<{ world: World; a: StubCell; uuid: string }> {
  const a = new StubCell('a', 1);
  const world = await aWorld([a]);
  await world.startEngine();
  const { uuid } = await world.accept();
  await world.until(uuid, 'placed');
  return { world, a, uuid };
}
