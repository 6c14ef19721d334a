import { isIPv6 } from 'node:net';
import { computeContract } from '#platform/contracts/compute.ts';
import { RELEASE } from '#platform/lifecycle/release.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { metricsService } from '#platform/metrics/metrics-service.ts';
import { createMetrics } from '#platform/metrics/registry.ts';
import type { HostReport } from '#platform/objects/host.ts';
import { createHttpService } from '#platform/rpc/http-service.ts';
import { serveContract } from '#platform/rpc/server.ts';
import { transportService } from '#platform/tls/transport.ts';
import { createAgent } from '../agent/agent.ts';
import { openAgentTransport } from '../agent/certificate/agent-transport.ts';
import { certificateRenewal } from '../agent/certificate/certificate-renewal.ts';
import { createConductor } from '../agent/conductor.ts';
import { ConductorKeys } from '../agent/conductor-keys.ts';
import { authenticateConductor, ticketVerifier } from '../agent/conductor-trust.ts';
import { loadEnrolment } from '../agent/enrolment.ts';
import { redisOfAgent } from '../agent/redis-of-agent.ts';
import { computeHandlers } from './compute-handlers.ts';
import type { ComputeConfig } from './config.ts';
import { serveConsoles } from './consoles.ts';
import { CpuMonitor } from './cpu-metrics.ts';
import { createDriver } from './create-driver.ts';
import { createFirstWord } from './first-word.ts';
import { serveGuestData } from './guest-data.ts';
import { guestSubject } from './guest-subject.ts';
import { guestsDownOnSignal } from './guests-down.ts';
import { metadataOfGuests } from './metadata-of-guests.ts';
import { serveIncoming } from './migration-relay.ts';

/** One compute agent: the driver with its guests, the agent's loop over them, and what conductors and other agents ask of it. */
export async function composeCompute(config: ComputeConfig, log: Logger): Promise<Service[]> {
  const { stateDir } = config.compute;
  const { hostIp } = config.compute;
  const reach = await openAgentTransport({
    kind: 'compute',
    stateDir,
    cell: config.cell,
    tls: config.tls,
    hostIp,
    log,
  });
  const { transport } = reach;
  const enrolment = await loadEnrolment({ kind: 'compute', stateDir, cell: config.cell, transport, log });
  const { agentId, credential } = enrolment;
  const keys = await ConductorKeys.load(stateDir, log);
  const conductor = createConductor(config.cell.conductorUrls, () => credential.reveal(), transport);
  const driver = createDriver(config, { metadataOf: metadataOfGuests(conductor, agentId), transport }, log);

  const server = createHttpService({
    name: 'compute',
    host: config.compute.listenHost,
    port: config.compute.listenPort,
    ...{ transport, hostOption: 'compute.listenHost' },
    log,
    routes: (app) => {
      const trust = { agentId, credential, verify: keys.verify, sharedKey: config.cell.agentKey };
      const authenticate = authenticateConductor(trust);
      serveContract(app, computeContract, computeHandlers(driver), authenticate);
      serveConsoles(app, driver, authenticate);
      serveGuestData(app, driver, ticketVerifier(trust));
      serveIncoming(app, driver, ticketVerifier(trust), log);
    },
    ready: () => agent.connected(),
  });
  const { cpuMetricsEveryMs } = config.compute;
  const monitor = cpuMetricsEveryMs === 0 ? null : new CpuMonitor(cpuMetricsEveryMs);
  const firstWord = createFirstWord(config.compute.firstWordMs);
  const agent = createAgent({
    kind: 'compute',
    agentId,
    release: RELEASE,
    enrolment,
    learn: (publicKeys) => keys.learn(publicKeys),
    conductor,
    redis: redisOfAgent({ ...config.cellRedis, transport }, enrolment),
    subject: guestSubject({ driver, conductor, agentId, firstWord, log }),
    describe: async () => ({
      url: urlAt(config.compute.hostIp, server.address()),
      hosts: await withMetrics(await driver.hosts(), monitor),
    }),
    toldAll: () => firstWord.heard(),
    log,
  });
  driver.onEvent((guestId) => agent.touch(guestId));

  const openDriver: Service = {
    name: `driver ${driver.name}`,
    start: () => driver.open(),
    drain: async () => undefined,
    stop: () => driver.close(),
  };
  const guestsDown = guestsDownOnSignal({ driver, agent, hostStopMs: config.compute.hostStopMs, log });
  const metrics = metricsService({ ...config.metrics, registry: createMetrics('compute'), transport, log });
  const renewal = certificateRenewal({ ...reach, agentId, conductor, log });
  return [transportService(transport), ...renewal, openDriver, metrics, server, agent, guestsDown];
}

/** All hosts of an agent are one machine. */
async function withMetrics(hosts: readonly HostReport[], monitor: CpuMonitor | null): Promise<HostReport[]> {
  if (monitor === null) return [...hosts];
  const metrics = await monitor.metrics();
  return hosts.map((host) => ({ ...host, metrics }));
}

/** The listener's URL as other hosts reach it. */
function urlAt(hostIp: string, listening: string): string {
  const { protocol, port } = new URL(listening);
  return `${protocol}//${isIPv6(hostIp) ? `[${hostIp}]` : hostIp}:${port}`;
}
