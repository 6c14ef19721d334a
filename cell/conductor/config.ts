import {
  cellDatabaseSection,
  cellRedisSection,
  cellSection,
  drillSection,
  logSection,
  metricsSection,
} from '#platform/config/common-sections.ts';
import type { ConfigOf } from '#platform/config/load.ts';
import { integer, key, number, section, text } from '#platform/config/options.ts';
import { tlsSection } from '#platform/config/tls-section.ts';

const conductorSection = section(
  'conductor',
  {
    listenHost: text({ help: 'Address of the door and of the agent API.', fallback: '127.0.0.1' }),
    listenPort: integer({ help: 'Port of both; 0: any free port.', fallback: 8780, minimum: 0, maximum: 65535 }),
    cellName: text({ help: 'Name of the cell, as operators and fault messages show it.', fallback: 'cell1' }),
    doorKey: key({
      help: 'The key with which the global tier calls the door; 32 characters or more. During a change of the key: the old and the new one, separated by a comma.',
      several: true,
    }),
    issuerKeyFile: text({
      help: "The authority of this cell, which signs the certificates of agents: one PEM file with certificate and key (volvox authority cell). It may change while the process runs. Empty: hosts that join get no certificates, and need those of an operator's own authority.",
      fallback: '',
    }),
    certificateDays: integer({
      help: 'How long a certificate of an agent is good, days; agents renew theirs when a third is left.',
      fallback: 30,
      minimum: 1,
      maximum: 825,
    }),
    vendorDataFile: text({
      help: 'A JSON object that all guests of the cell get as vendor_data.json, and as static in vendor_data2.json (docs/disks-and-config-drive.md). It may change while the process runs. Empty: none.',
      fallback: '',
    }),
    defaultZone: text({ help: 'Zone of an instance whose build request names none.', fallback: 'nova' }),
    heartbeatMs: integer({ help: 'How often agents send a heartbeat, ms.', fallback: 3_000, minimum: 100 }),
    agentDownAfterMs: integer({
      help: 'An agent without a heartbeat for so long is down, together with its hosts, ms.',
      fallback: 10_000,
      minimum: 300,
    }),
    cpuRatio: number({ help: 'Virtual CPUs that may be claimed for each physical one.', fallback: 4, minimum: 0 }),
    ramRatio: number({ help: 'The same for memory.', fallback: 1, minimum: 0 }),
    diskRatio: number({ help: 'The same for disk.', fallback: 1, minimum: 0 }),
    gracefulStopMs: integer({
      help: 'How long a guest may take to shut down by itself before it is switched off, ms.',
      fallback: 60_000,
      minimum: 0,
    }),
    shelvedOffloadSeconds: integer({
      help: 'How long a shelved server keeps its place on its host, seconds; 0: it leaves the host as soon as its image has its bytes; -1: never, until an admin takes it off.',
      fallback: 0,
      minimum: -1,
    }),
    reclaimInstanceSeconds: integer({
      help: 'How long a deleted server can be restored before it is deleted for good, seconds; 0: a delete is for good at once.',
      fallback: 0,
      minimum: 0,
    }),
    resizeConfirmSeconds: integer({
      help: 'How long a resized server waits for its user before its resize is confirmed, seconds; 0: until the user confirms or reverts it.',
      fallback: 0,
      minimum: 0,
    }),
    buildTimeoutMs: integer({
      help: 'How long a host may take to build a server before the conductor tries another host, ms.',
      fallback: 300_000,
      minimum: 1_000,
    }),
    buildTrialAfterMs: integer({
      help: 'After a failed build a host gets builds only where no other host fits, for so long; then it is tried again. Each further failure doubles the time, up to 32 times of it. In ms.',
      fallback: 300_000,
      minimum: 0,
    }),
    buildAnswerMs: integer({
      help: 'A failed build becomes ERROR when the global tier has not answered for so long, ms.',
      fallback: 600_000,
      minimum: 1_000,
    }),
    hideAfterMs: integer({
      help: 'How long this cell still lists a server that moved to another cell, ms; longer than a list request may take.',
      fallback: 3_000,
      minimum: 0,
    }),
    outOfTouchMs: integer({
      help: 'When the global tier has not called for so long, the cell asks which of its instances still have their home here, ms.',
      fallback: 15_000,
      minimum: 1_000,
    }),
    auditEveryMs: integer({
      help: 'How often the auditors compare records that must agree, ms.',
      fallback: 15_000,
      minimum: 100,
    }),
    keepDeletedDays: integer({
      help: 'How long the cell keeps the rows and the action logs of deleted servers, days.',
      fallback: 90,
      minimum: 1,
    }),
  },
  (values) =>
    values.agentDownAfterMs < 2 * values.heartbeatMs ? 'agentDownAfterMs must be at least twice heartbeatMs' : null,
);

export const conductorSections = {
  log: logSection,
  metrics: metricsSection,
  conductor: conductorSection,
  database: cellDatabaseSection,
  redis: cellRedisSection,
  cell: cellSection,
  drill: drillSection,
  tls: tlsSection,
};
export type ConductorConfig = ConfigOf<typeof conductorSections>;
