import { createSightingStore } from '#platform/audit/sighting-store.ts';
import { Sightings } from '#platform/audit/sightings.ts';
import { CELLS, GLOBAL_PROCESSES } from '#platform/contracts/global-rings.ts';
import { schedulerContract } from '#platform/contracts/scheduler.ts';
import { CellDoors } from '#platform/directory/cell-doors.ts';
import { openDirectory } from '#platform/directory/directory.ts';
import { directoryService } from '#platform/directory/directory-service.ts';
import { createDoorKeySeal } from '#platform/directory/stores/door-keys.ts';
import { messageOf } from '#platform/errors/volvox-error.ts';
import { closing } from '#platform/lifecycle/closing.ts';
import { reconcilerService } from '#platform/lifecycle/reconciler.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { metricsService } from '#platform/metrics/metrics-service.ts';
import { createMetrics } from '#platform/metrics/registry.ts';
import { RemoteNotifier } from '#platform/queue/remote-notifier.ts';
import { Waker } from '#platform/queue/waker.ts';
import { createClient } from '#platform/rpc/client.ts';
import { systemClock } from '#platform/time/clock.ts';
import { TlsFiles } from '#platform/tls/tls-files.ts';
import { openTransport, transportService } from '#platform/tls/transport.ts';
import { createAgentListener } from './agent-listener.ts';
import { buildApi } from './app.ts';
import { boundConnections } from './budgets/bound-connections.ts';
import { createBudgets } from './budgets/budgets.ts';
import { countThrottled, showLoad } from './budgets/throttle-metrics.ts';
import { createCaches } from './caches.ts';
import { createAdminPasswords } from './compute/servers/create/admin-passwords.ts';
import type { ApiProcessConfig } from './config.ts';
import { expiredConsoleTokens } from './consoles/expired-tokens.ts';
import { serveConsoles } from './consoles/serve-consoles.ts';
import type { ApiDeps } from './deps.ts';
import { countKeyed } from './http/idempotency/key-metrics.ts';
import { LogInThrottle } from './identity/passwords/log-in-throttle.ts';
import { Passwords } from './identity/passwords/passwords.ts';
import { SignedTokens } from './identity/tokens/signed-tokens.ts';
import { abandonedUploads } from './image/abandoned-uploads.ts';
import { orphanedBytes } from './image/orphaned-bytes.ts';
import { createImageTickets, createUploadTickets } from './image/signed-image-tickets.ts';
import { FileImageStore } from './image/store/file-image-store.ts';
import { createListener } from './listener.ts';
import { PolicyFile } from './policies/policy-file.ts';
import { createPolicyMetrics } from './policies/policy-metrics.ts';

/** The REST front of the region. It has no state of its own, so any number of instances may run. */
export function composeApi(config: ApiProcessConfig, log: Logger): Service[] {
  const { signingKey, serviceKey } = config.trust;
  const transport = openTransport(config.tls, log);
  const directory = openDirectory({ ...config.directory, transport });
  const globalRedis = { ...config.globalRedis, transport };
  const others = new RemoteNotifier(globalRedis, GLOBAL_PROCESSES, log);
  const seal = createDoorKeySeal(signingKey);
  const cells = new CellDoors({ directory, seal, transport, log, hears: () => others.hears });
  others.onRing(CELLS, () => {
    cells.refresh().catch((error) => log.debug({ reason: messageOf(error) }, 'changed cells cannot be read yet'));
  });
  const waker = new Waker(globalRedis, log);
  const scheduler = createClient(schedulerContract, {
    ...{ url: config.api.schedulerUrl, key: serviceKey.reveal() },
    transport,
  });

  const metrics = createMetrics('api');
  const count = countThrottled(metrics);
  const budgets = createBudgets(config.budgets, systemClock, count);
  showLoad(budgets.requests.load, metrics);
  const throttle = new LogInThrottle({
    ...{ directory, config: config.budgets, signingKey, clock: systemClock, count, log },
  });

  const { policyFile } = config.api;
  const policies = policyFile === '' ? null : new PolicyFile(policyFile, log, createPolicyMetrics([metrics]));
  const deps: ApiDeps = {
    directory,
    config: config.api,
    consoles: config.consoles,
    log,
    clock: systemClock,
    waker,
    tellOthers: (topic) => others.ring(topic),
    scheduler,
    cells,
    tokens: new SignedTokens({
      directory,
      signingKey,
      lifetimeMs: config.api.tokenLifetimeSeconds * 1_000,
      clock: systemClock,
    }),
    imageStore: new FileImageStore(config.api.imageDir, { reserveBytes: config.api.imageReserveMb * 1024 * 1024 }),
    imageTickets: createImageTickets(signingKey, systemClock),
    uploadTickets: createUploadTickets(signingKey, systemClock),
    adminPasswords: createAdminPasswords(signingKey),
    caches: createCaches(),
    countKeyed: countKeyed(metrics),
    sightings: new Sightings(createSightingStore(directory), systemClock, log),
    budgets,
    passwords: new Passwords(budgets.passwordHashing, throttle),
    ...(policies === null ? {} : { policies }),
  };
  const { certFile, keyFile, agentHost, agentPort } = config.api;
  const certificate = certFile === '' ? null : new TlsFiles({ certFile, keyFile }, log, 'api');
  const app = buildApi(deps, certificate);
  serveConsoles(app, deps, metrics);
  boundConnections(app.server, config.budgets, config.api.trustedProxies.length > 0, count);
  const listener = createListener({
    app,
    certificate,
    transport,
    host: config.api.host,
    port: config.api.port,
    metrics,
    ready: () =>
      directory.ping().then(
        () => true,
        () => false,
      ),
  });
  return [
    transportService(transport),
    ...(policies === null ? [] : [policies]),
    directoryService(directory),
    closing('global queue', () => waker.close()),
    closing('scheduler client', () => scheduler.close()),
    others,
    cells,
    reconcilerService(abandonedUploads(deps), log, deps.clock),
    reconcilerService(expiredConsoleTokens(deps), log, deps.clock),
    reconcilerService(orphanedBytes(deps), log, deps.clock),
    metricsService({ ...config.metrics, registry: metrics, transport, log }),
    reconcilerService(throttle.forgotten(), log, deps.clock),
    listener,
    ...(agentPort === 0 ? [] : [createAgentListener({ app, host: agentHost, port: agentPort, transport })]),
  ];
}
