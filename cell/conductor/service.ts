import { randomUUID } from 'node:crypto';
import type { Registry } from 'prom-client';
import { auditMetrics } from '#platform/audit/audit-metrics.ts';
import { createSightingStore } from '#platform/audit/sighting-store.ts';
import { Sightings } from '#platform/audit/sightings.ts';
import { agentContract } from '#platform/contracts/agent.ts';
import { doorContract } from '#platform/contracts/door.ts';
import { closing } from '#platform/lifecycle/closing.ts';
import { reconcilerService } from '#platform/lifecycle/reconciler.ts';
import { RELEASE } from '#platform/lifecycle/release.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { metricsService } from '#platform/metrics/metrics-service.ts';
import { createMetrics } from '#platform/metrics/registry.ts';
import { drillFromFolder } from '#platform/operations/drill.ts';
import { OperationEngine } from '#platform/operations/engine.ts';
import { operationMetrics } from '#platform/operations/metrics.ts';
import { createSqlOperationStore } from '#platform/operations/sql-store.ts';
import { redisSettings } from '#platform/queue/redis-settings.ts';
import { RemoteNotifier } from '#platform/queue/remote-notifier.ts';
import { Waker } from '#platform/queue/waker.ts';
import { sharedKeys } from '#platform/rpc/authenticate.ts';
import { createHttpService, type HttpService } from '#platform/rpc/http-service.ts';
import { routesWithoutCertificate, serveContract } from '#platform/rpc/server.ts';
import { systemClock } from '#platform/time/clock.ts';
import { AUTHORITY_ROUTE } from '#platform/tls/pinned-authorities.ts';
import { openTransport, transportService } from '#platform/tls/transport.ts';
import { type CellDatabase, openCellDatabase } from '../database/cell-database.ts';
import { agentApi } from './agents/agent-api.ts';
import { AgentCertificates } from './agents/agent-certificates.ts';
import { AgentKeys } from './agents/agent-keys.ts';
import { AgentUsers } from './agents/agent-users.ts';
import { AgentWaker } from './agents/agent-waker.ts';
import { authenticateAgent } from './agents/authenticate-agent.ts';
import { serveAuthority } from './agents/authority-route.ts';
import { ComputeClients } from './agents/compute-clients.ts';
import { SigningKeys } from './agents/signing-keys.ts';
import type { ConductorConfig } from './config.ts';
import { serveDoorConsoles } from './door/consoles.ts';
import { door } from './door/door.ts';
import { HostFeed } from './host-feed.ts';
import { lookEveryMs, Notifier } from './notifier.ts';
import { CELL_OPERATIONS } from './operations/index.ts';
import type { CellEngine, CellParts, ConductorParts } from './parts.ts';
import { prepareDatabase } from './prepare-database.ts';
import { auditReconciler } from './reconcilers/audit.ts';
import { reconcilers } from './reconcilers/index.ts';
import { unavailableWithoutDatabase } from './when-database-is-away.ts';

export interface Conductor {
  readonly services: readonly Service[];
  readonly http: HttpService;
  readonly parts: ConductorParts;
  readonly signing: SigningKeys;
  readonly metrics: Registry;
}

/** The conductor of a cell, for `main.ts` and `volvox run`. Brings the cell's database up to date first. */
export async function composeConductor(config: ConductorConfig, log: Logger): Promise<Service[]> {
  return [...(await buildConductor(config, log)).services];
}

export async function buildConductor(config: ConductorConfig, log: Logger): Promise<Conductor> {
  const { conductor: options } = config;
  const workerId = `conductor-${options.cellName}-${process.pid}-${randomUUID().slice(0, 8)}`;
  const clock = systemClock;
  const transport = openTransport(config.tls, log);
  const { cellName, issuerKeyFile, certificateDays } = options;
  const certificates = new AgentCertificates({ cellName, issuerKeyFile, certificateDays, transport, log });
  const redis = { ...config.redis, transport };
  const database = openCellDatabase({ ...config.database, transport });
  const cellId = await prepareDatabase(database, workerId, log, clock);

  const waker = new Waker(redis, log);
  const sharedKey = config.cell.agentKey.reveal();
  if (sharedKey !== '') {
    log.warn(
      'cell.agentKey is set: agents that have not joined are let in with a key that all of them share. Let every host join (volvox host join), then remove it',
    );
  }
  const agentKeys = new AgentKeys(database, clock);
  const agentUsers = new AgentUsers({ redis, database, clock, log });
  const signing = new SigningKeys({ database, agents: agentKeys, sharedKey, clock });
  const computes = new ComputeClients((agentId) => signing.callCredential(agentId), transport);
  const conductors = new RemoteNotifier(redis, 'conductors', log, clock);
  const hosts = new HostFeed(database, log, clock, {
    tell: () => conductors.ring('hosts'),
    get hears() {
      return conductors.hears;
    },
  });
  conductors.onRing('hosts', () => hosts.lookSoon());
  const notices = new Notifier(
    clock,
    () => conductors.ring('notices'),
    () => lookEveryMs(conductors.hears),
  );
  conductors.onRing('notices', () => notices.hear());
  const cellParts: CellParts = {
    database,
    settings: options,
    agents: new AgentWaker(waker),
    hosts,
    notices,
    moves: new Notifier(clock),
    diskTicket: (guest, agentId) => signing.diskTicket(guest, agentId),
    clock,
  };
  const metrics = createMetrics('conductor');
  const engine: CellEngine = new OperationEngine({
    store: createSqlOperationStore(database),
    definitions: CELL_OPERATIONS,
    deps: cellParts,
    log,
    workerId,
    clock,
    drill: drillFromFolder(config.drill.folder),
    observer: operationMetrics(metrics, () => engine.active),
  });
  const parts: ConductorParts = {
    ...cellParts,
    cell: { id: cellId, name: options.cellName, release: RELEASE },
    engine,
    waker,
    computes,
    agentKeys,
    agentUsers,
    signing,
    certificates,
    sightings: new Sightings(createSightingStore(database), clock, log),
    agentTimes: { heartbeatMs: options.heartbeatMs, downAfterMs: options.agentDownAfterMs },
    ratios: { vcpus: options.cpuRatio, ramMb: options.ramRatio, diskGb: options.diskRatio },
    log,
  };
  const http = createHttpService({
    name: 'conductor',
    host: options.listenHost,
    port: options.listenPort,
    ...{ transport, hostOption: 'conductor.listenHost' },
    // Hosts that join have no certificate yet.
    withoutCertificate:
      certificates.trust === null ? [] : [AUTHORITY_ROUTE, ...routesWithoutCertificate(agentContract)],
    log,
    routes: (app) => {
      serveAuthority(app, certificates);
      const authenticateCaller = sharedKeys(() => options.doorKey.reveal().split(','));
      serveContract(app, doorContract, unavailableWithoutDatabase(door(parts)), authenticateCaller);
      serveDoorConsoles(app, parts, authenticateCaller);
      serveContract(
        app,
        agentContract,
        unavailableWithoutDatabase(agentApi(parts)),
        authenticateAgent({ database, keys: agentKeys, sharedKey, clock }),
      );
    },
    ready: () => answers(database),
  });
  const audit = auditReconciler(parts, auditMetrics(metrics), options.auditEveryMs);
  const address = `${options.listenHost}:${options.listenPort}`;
  const services: Service[] = [
    transportService(transport),
    closing('connections', () => closeAll(database, waker, computes)),
    redisSettings(redis, log),
    agentUsers,
    conductors,
    hosts,
    engine,
    metricsService({ ...config.metrics, registry: metrics, transport, log }),
    http,
    // After the agent API is open: before that no agent can be heard, so none is silent.
    ...reconcilers(parts, address).map((reconciler) => reconcilerService(reconciler, log, clock)),
    reconcilerService(audit, log, clock),
  ];
  return { services, http, parts, signing, metrics };
}

const answers = (database: CellDatabase): Promise<boolean> =>
  database.ping().then(
    () => true,
    () => false,
  );

/** To be called when everything that uses them has stopped. */
async function closeAll(database: CellDatabase, waker: Waker, computes: ComputeClients): Promise<void> {
  await waker.close();
  await computes.close();
  await database.close();
}
