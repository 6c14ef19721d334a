import { schedulerContract } from '#platform/contracts/scheduler.ts';
import { CellDoors } from '#platform/directory/cell-doors.ts';
import { openDirectory } from '#platform/directory/directory.ts';
import { directoryService } from '#platform/directory/directory-service.ts';
import { createDoorKeySeal } from '#platform/directory/stores/door-keys.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { metricsService } from '#platform/metrics/metrics-service.ts';
import { createMetrics } from '#platform/metrics/registry.ts';
import { sharedKeys } from '#platform/rpc/authenticate.ts';
import { createHttpService } from '#platform/rpc/http-service.ts';
import { serveContract } from '#platform/rpc/server.ts';
import { openTransport, transportService } from '#platform/tls/transport.ts';
import { AggregateMap } from './aggregate-map.ts';
import { parseMultipliers, type SchedulerConfig, settingsOf } from './config.ts';
import { ConfirmedChanges } from './confirmed-changes.ts';
import { filtersWith } from './filters/registry.ts';
import { schedulerHandlers } from './handlers.ts';
import { HostSnapshot } from './host-snapshot.ts';
import { schedulerMetrics } from './metrics.ts';
import { DEFAULT_POLICY } from './scheduling-policy.ts';
import { simulations } from './simulation/simulations.ts';
import { weighersWith } from './weighers/registry.ts';

/** Composes a scheduler. The directory lists the cells, the doors report their hosts, and the scheduler answers from memory. */
export function composeScheduler(config: SchedulerConfig, log: Logger): Service[] {
  const transport = openTransport(config.tls, log);
  const directory = openDirectory({ ...config.directory, poolSize: 2, transport });
  const seal = createDoorKeySeal(config.trust.signingKey);
  // A decision reads changed cells before it is made.
  const cells = new CellDoors({ directory, seal, transport, log, refreshEveryMs: 5_000 });
  const aggregates = new AggregateMap({ directory, log });
  const settings = settingsOf(config.scheduler);
  const { silentAfterMs } = config.scheduler;
  const multipliers = parseMultipliers(config.scheduler.multipliers);
  const weighsImages = (multipliers.imageProperties ?? 0) !== 0;
  const snapshot = new HostSnapshot({
    ...{ cells, aggregates, log, silentAfterMs },
    ...{ metrics: settings.metrics, weighsImages },
  });

  const changes = new ConfirmedChanges({
    directory,
    refresh: [() => cells.refresh(), () => aggregates.refresh(), () => snapshot.ask()],
    log,
  });

  const metrics = createMetrics('scheduler');
  const policy = {
    ...DEFAULT_POLICY,
    filters: filtersWith(config.scheduler.optionalFilters, settings),
    weighers: weighersWith(settings),
    metrics: settings.metrics,
    multipliers,
  };
  const handlers = {
    ...schedulerHandlers(snapshot, changes, policy, schedulerMetrics(metrics)),
    simulate: simulations({ directory, snapshot, policy }),
  };
  const server = createHttpService({
    name: 'scheduler',
    host: config.scheduler.host,
    port: config.scheduler.port,
    ...{ transport, hostOption: 'scheduler.host' },
    log,
    routes: (app) =>
      serveContract(
        app,
        schedulerContract,
        handlers,
        sharedKeys(() => [config.trust.serviceKey.reveal()]),
      ),
  });
  const exposed = metricsService({ ...config.metrics, registry: metrics, transport, log });
  return [transportService(transport), directoryService(directory), cells, aggregates, snapshot, exposed, server];
}
