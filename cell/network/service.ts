import { join } from 'node:path';
import type { ConfigOf } from '#platform/config/load.ts';
import { DEFINITIONS_CHANGED } from '#platform/contracts/agent.ts';
import { RELEASE } from '#platform/lifecycle/release.ts';
import type { Service } from '#platform/lifecycle/service.ts';
import type { Logger } from '#platform/logging/logger.ts';
import { metricsService } from '#platform/metrics/metrics-service.ts';
import { createMetrics } from '#platform/metrics/registry.ts';
import { transportService } from '#platform/tls/transport.ts';
import { createAgent } from '../agent/agent.ts';
import { openAgentTransport } from '../agent/certificate/agent-transport.ts';
import { certificateRenewal } from '../agent/certificate/certificate-renewal.ts';
import { createConductor } from '../agent/conductor.ts';
import { loadEnrolment } from '../agent/enrolment.ts';
import { redisOfAgent } from '../agent/redis-of-agent.ts';
import { createBindingFiles, NO_BINDING_FILES } from './binding-files.ts';
import { createBindingSubject } from './binding-subject.ts';
import type { sections } from './config.ts';
import { createDriver } from './create-driver.ts';
import { DefinitionFeed } from './definitions/definition-feed.ts';
import { createDefinitionFile, NO_DEFINITION_FILE } from './definitions/definition-file.ts';
import { HeardDefinitions } from './definitions/heard-definitions.ts';
import { agentSocket, hostSetup } from './drivers/linux/host-setup.ts';
import { recordsDir } from './drivers/linux/metadata-process.ts';
import { createHostHealth } from './host-health.ts';
import { HostKeeper } from './host-keeper.ts';
import { createHostWatch } from './host-watch.ts';
import { createLastPasses } from './last-passes.ts';
import { GuestPasswords } from './metadata/guest-passwords.ts';
import { RecordFiles } from './metadata/record-files.ts';
import { createRecordService } from './metadata/record-service.ts';
import { RecordSource } from './metadata/record-source.ts';

/** The network agent of one host, or of many simulated ones. */
export async function composeNetwork(config: ConfigOf<typeof sections>, log: Logger): Promise<Service[]> {
  const { network } = config;
  const reach = await openAgentTransport({
    ...{ kind: 'network', stateDir: network.stateDir, cell: config.cell, tls: config.tls, hostIp: '', log },
  });
  const { transport } = reach;
  const enrolment = await loadEnrolment({
    ...{ kind: 'network', stateDir: network.stateDir, cell: config.cell, transport, log },
  });
  const { agentId, credential } = enrolment;
  const conductor = createConductor(config.cell.conductorUrls, () => credential.reveal(), transport);

  const driver = createDriver(network);
  const keepers = new Map(
    driver.hostNames.map((hostName) => [hostName, new HostKeeper({ hostName, driver, log })] as const),
  );

  const real = network.driver === 'linux';
  const setup = hostSetup(network);
  const heard = new HeardDefinitions();
  const records = new RecordSource({
    conductor,
    agentId,
    heard,
    keeper: keepers.get(setup.hostName),
    files: [new RecordFiles(recordsDir(setup), setup.serviceUid), new RecordFiles(join(network.stateDir, 'metadata'))],
    log,
  });
  const recordService = createRecordService({
    socketPath: agentSocket(setup),
    clientUid: setup.serviceUid,
    source: records,
    passwords: new GuestPasswords({ conductor, agentId }),
    log,
  });

  const takesDefinitions = real || network.securityGroups === 'on';
  const feed = new DefinitionFeed({
    ...{ agentId, conductor, heard, keepers: [...keepers.values()], log },
    file: real ? createDefinitionFile(join(network.stateDir, 'definitions.json')) : NO_DEFINITION_FILE,
  });

  const health = createHostHealth({ driver, keepers: [...keepers.values()], everyMs: network.recheckMs, log });
  const subject = createBindingSubject({
    agentId,
    conductor,
    keepers,
    files: real ? createBindingFiles(join(network.stateDir, 'bindings')) : NO_BINDING_FILES,
    told: (bindings) => {
      if (bindings.some(({ present, port }) => present && heard.portOf(port.id) === null)) feed.wake();
    },
    changed: (binding) => real && void records.bindingChanged(binding),
  });
  const agent = createAgent({
    kind: 'network',
    agentId,
    release: RELEASE,
    enrolment,
    conductor,
    redis: redisOfAgent({ ...config.cellRedis, transport }, enrolment),
    subject,
    describe: async () => ({
      url: '',
      hosts: driver.hostNames.map((name) => ({
        name,
        problem: health.problemOf(name),
        takesDefinitions,
        tagsFrames: driver.subportProblem() === null,
        segmentTypes: [...driver.segmentTypes()],
      })),
    }),
    toldAll: () => feed.wake(),
    takeWake: (ids) => {
      if (ids.includes(DEFINITIONS_CHANGED)) feed.wake();
      return ids.filter((id) => id !== DEFINITIONS_CHANGED);
    },
    log,
  });
  const watch = createHostWatch({ keepers: [...keepers.values()], everyMs: network.recheckMs, log });
  const lastPasses = createLastPasses([...keepers.values()]);
  const metrics = metricsService({ ...config.metrics, registry: createMetrics('network'), transport, log });
  const services = [
    driver,
    metrics,
    ...(real ? [recordService] : []),
    lastPasses,
    health,
    ...(takesDefinitions ? [feed] : []),
    agent,
    watch,
  ];
  return [transportService(transport), ...certificateRenewal({ ...reach, agentId, conductor, log }), ...services];
}
