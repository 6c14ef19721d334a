import { doorContract } from '#platform/contracts/door.ts';
import { GLOBAL_QUEUE } from '#platform/contracts/global-operations.ts';
import { schedulerContract } from '#platform/contracts/scheduler.ts';
import { CellDoors } from '#platform/directory/cell-doors.ts';
import type { DirectoryTx } from '#platform/directory/directory.ts';
import type { DirectoryTables } from '#platform/directory/tables.ts';
import { type Reconciler, reconcilerService } from '#platform/lifecycle/reconciler.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import { OperationEngine } from '#platform/operations/engine.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import { composeDeps } from '../../../super-conductor/compose-deps.ts';
import type { GlobalDeps } from '../../../super-conductor/deps.ts';
import { CellNotices } from '../../../super-conductor/notices/cell-notices.ts';
import { attachInterface } from '../../../super-conductor/operations/attach-interface.ts';
import { deleteArrived } from '../../../super-conductor/operations/delete-arrived.ts';
import { detachInterface } from '../../../super-conductor/operations/detach-interface.ts';
import { moveServer } from '../../../super-conductor/operations/move-server.ts';
import { routeBuild } from '../../../super-conductor/operations/route-build.ts';
import { forgottenBuilds } from '../../../super-conductor/reconcilers/forgotten-builds.ts';
import { openReservations } from '../../../super-conductor/reconcilers/open-reservations.ts';
import { orphanedPlacements } from '../../../super-conductor/reconcilers/orphaned-placements.ts';
import type { Life } from '../kernel/kernel.ts';
import { openSimulatedDatabase } from '../store/simulated-database.ts';
import type { World } from './world.ts';

export const SCHEDULER = 'scheduler';
export const doorOf = (cellName: string): string => `http://${cellName}`;

/** Slower than in production, so that a virtual minute costs little. */
const NEW_CELLS_EVERY_MS = 15_000;
const REAP_EVERY_MS = 2_000;

/** The doors of the cells, for the super-conductor and for the api. */
export function simulatedDoors(world: World, life: Life, directory: GlobalDeps['directory']): CellDoors {
  return new CellDoors({
    directory,
    seal: { seal: (key) => key, open: (sealed) => sealed },
    log: world.logOf(life),
    clock: world.kernel.clock,
    refreshEveryMs: NEW_CELLS_EVERY_MS,
    open: ({ url }) => world.network.client(life, url, doorContract),
  });
}

/** super-conductor/service.ts over the simulated store and transport. */
export function simulatedSuperConductor(world: World, life: Life): readonly Service[] {
  const { kernel, network, breakage } = world;
  const { clock } = kernel;
  const log = world.logOf(life);
  const directory = openSimulatedDatabase<DirectoryTables>(world.directory, life, kernel, world.faults);
  const cells = simulatedDoors(world, life, directory);
  const scheduler = network.client(life, SCHEDULER, schedulerContract);
  const deps = composeDeps(scheduler, { directory, cells, clock });
  const definitions = [routeBuild, deleteArrived, moveServer, attachInterface, detachInterface];
  const store = createSqlOperationStore(directory);
  const engine = new OperationEngine<GlobalDeps, DirectoryTx>({
    store: breakage?.store?.(store) ?? store,
    definitions: breakage?.operations?.(definitions) ?? definitions,
    deps,
    log,
    workerId: life.name,
    clock,
    random: () => kernel.random.next(),
    reapEveryMs: REAP_EVERY_MS,
  });
  const wake = (id: string): void => engine.wake(id);
  const reconciled = (reconciler: Reconciler): Service => reconcilerService(reconciler, log, clock);
  return [
    cells,
    engine,
    world.globalWakes.listen(life, GLOBAL_QUEUE, (ids) => ids.forEach(wake)),
    new CellNotices(deps, wake, log),
    reconciled(orphanedPlacements(deps)),
    reconciled(forgottenBuilds(deps, wake, log)),
    reconciled(openReservations(deps)),
  ];
}
