import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { auditMetrics } from '#platform/audit/audit-metrics.ts';
import { GLOBAL_QUEUE } from '#platform/contracts/global-operations.ts';
import { CELLS, CHANGES, GLOBAL_PROCESSES } from '#platform/contracts/global-rings.ts';
import { schedulerContract } from '#platform/contracts/scheduler.ts';
import { CellDoors } from '#platform/directory/cell-doors.ts';
import { type DirectoryTx, openDirectory } from '#platform/directory/directory.ts';
import { directoryService } from '#platform/directory/directory-service.ts';
import { createDoorKeySeal } from '#platform/directory/stores/door-keys.ts';
import { messageOf } from '#platform/errors/volvox-error.ts';
import { closing } from '#platform/lifecycle/closing.ts';
import { type Reconciler, type Rest, reconcilerService } from '#platform/lifecycle/reconciler.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { metricsService } from '#platform/metrics/metrics-service.ts';
import { createMetrics } from '#platform/metrics/registry.ts';
import { drillFromFolder } from '#platform/operations/drill.ts';
import { OperationEngine } from '#platform/operations/engine.ts';
import type { OperationObserver } from '#platform/operations/engine-options.ts';
import { operationMetrics } from '#platform/operations/metrics.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import { redisSettings } from '#platform/queue/redis-settings.ts';
import { RemoteNotifier } from '#platform/queue/remote-notifier.ts';
import { createWakeListener } from '#platform/queue/wake-listener.ts';
import { createClient } from '#platform/rpc/client.ts';
import { createHttpService } from '#platform/rpc/http-service.ts';
import { systemClock } from '#platform/time/clock.ts';
import { openTransport, transportService } from '#platform/tls/transport.ts';
import { Activity } from './activity.ts';
import { composeDeps } from './compose-deps.ts';
import type { SuperConductorConfig } from './config.ts';
import { compareCells } from './definitions/compare-cells.ts';
import { DefinitionRoad } from './definitions/definition-road.ts';
import type { GlobalDeps } from './deps.ts';
import { directoryMigrations } from './migrations.ts';
import { CellNotices } from './notices/cell-notices.ts';
import { attachInterface } from './operations/attach-interface.ts';
import { deleteArrived } from './operations/delete-arrived.ts';
import { detachInterface } from './operations/detach-interface.ts';
import { moveServer } from './operations/move-server.ts';
import { routeBuild } from './operations/route-build.ts';
import { auditReconciler } from './reconcilers/audit.ts';
import { forgottenBuilds } from './reconcilers/forgotten-builds.ts';
import { oldRows } from './reconcilers/old-rows.ts';
import { openReservations } from './reconcilers/open-reservations.ts';
import { orphanedPlacements } from './reconcilers/orphaned-placements.ts';
import { trunkStates } from './reconcilers/trunk-states.ts';

/** One super-conductor: the operations of the global tier, woken through the global Redis, and what keeps the directory right. */
export function composeSuperConductor(config: SuperConductorConfig, log: Logger): Service[] {
  const clock = systemClock;
  const workerId = `super-conductor ${hostname()} ${process.pid} ${randomUUID().slice(0, 8)}`;

  const transport = openTransport(config.tls, log);
  const directory = openDirectory({ ...config.directory, transport });
  const globalRedis = { ...config.globalRedis, transport };
  const seal = createDoorKeySeal(config.trust.signingKey);
  const others = new RemoteNotifier(globalRedis, GLOBAL_PROCESSES, log, clock);
  const cells = new CellDoors({ directory, seal, transport, log, hears: () => others.hears });
  const key = config.trust.serviceKey.reveal();
  const scheduler = createClient(schedulerContract, { url: config.superConductor.schedulerUrl, key, transport });

  const deps = composeDeps(scheduler, { directory, cells, clock });
  const metrics = createMetrics('super-conductor');
  const engine: OperationEngine<GlobalDeps, DirectoryTx> = new OperationEngine({
    store: createSqlOperationStore(directory),
    definitions: [routeBuild, deleteArrived, moveServer, attachInterface, detachInterface],
    deps,
    log,
    workerId,
    concurrency: config.superConductor.concurrency,
    clock,
    drill: drillFromFolder(config.drill.folder),
    observer: noting(
      operationMetrics(metrics, () => engine.active),
      () => activity.note(),
    ),
  });
  const activity = new Activity({ clock, hears: () => others.hears, works: () => engine.active > 0 });
  const wake = (id: string): void => {
    activity.note();
    engine.wake(id);
  };
  others.onRing(CHANGES, () => activity.note());
  others.onRing(CELLS, () => void cells.refresh().catch(nextTime(log)));
  const rest: Rest = (everyMs, signal) => activity.rest(everyMs, signal);
  const wakeAll = (ids: readonly string[]): void => ids.forEach(wake);
  const reconciled = (reconciler: Reconciler): Service => reconcilerService(reconciler, log, clock);
  /** For those that find nothing in a quiet region. */
  const resting = (reconciler: Reconciler): Service => reconcilerService(reconciler, log, clock, { rest });

  const health = createHttpService({
    name: 'super-conductor health',
    host: config.superConductor.host,
    port: config.superConductor.port,
    ...{ transport, hostOption: 'superConductor.host' },
    log,
    routes: () => undefined,
  });

  return [
    transportService(transport),
    directoryService(directory),
    closing('scheduler client', () => scheduler.close()),
    directoryMigrations(directory, workerId, log),
    cells,
    redisSettings(globalRedis, log),
    others,
    engine,
    createWakeListener(globalRedis, GLOBAL_QUEUE, wakeAll, log),
    new CellNotices(deps, wake, log, () => activity.note()),
    new DefinitionRoad(deps, workerId, log, rest),
    reconciled(compareCells(deps, log)),
    resting(orphanedPlacements(deps)),
    resting(trunkStates(deps, log)),
    reconciled(forgottenBuilds(deps, wake, log)),
    resting(openReservations(deps)),
    reconciled(oldRows(deps, config.superConductor)),
    reconciled(auditReconciler(deps, auditMetrics(metrics), config.superConductor.auditEveryMs, log)),
    metricsService({ ...config.metrics, registry: metrics, transport, log }),
    health,
  ];
}

const noting = (observer: OperationObserver, note: () => void): OperationObserver => ({
  ended: (row) => {
    note();
    observer.ended(row);
  },
  overdue: (counts) => observer.overdue(counts),
});

/** A directory that is away is asked again. */
const nextTime =
  (log: Logger) =>
  (error: unknown): void =>
    log.debug({ reason: messageOf(error) }, 'changed cells cannot be read yet');
