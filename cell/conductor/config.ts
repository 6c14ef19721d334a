import {
  cellDatabaseSection,
  cellRedisSection,
  cellSection,
  drillSection,
  logSection,
} from '#platform/config/common-sections.ts';
import type { ConfigOf } from '#platform/config/load.ts';
import { integer, number, secret, section, text } from '#platform/config/options.ts';

const conductorSection = section(
  'conductor',
  {
    listenHost: text({ help: 'Address the door and the agents of the cell are served at.', fallback: '127.0.0.1' }),
    listenPort: integer({ help: 'Its port; 0 takes a free one.', fallback: 8780, minimum: 0, maximum: 65535 }),
    cellName: text({ help: 'Name of the cell, as operators and fault messages say it.', fallback: 'cell1' }),
    doorKey: secret({
      help: 'The key that the global tier shows at the door; while it is changed, old and new, with a comma between them.',
    }),
    defaultZone: text({ help: 'Zone of an instance whose build order names none.', fallback: 'nova' }),
    heartbeatMs: integer({ help: 'How often agents say that they live, ms.', fallback: 2_000, minimum: 100 }),
    agentDownAfterMs: integer({
      help: 'An agent that says nothing for so long is down, and its hosts with it, ms.',
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
    buildTimeoutMs: integer({
      help: 'How long one host may take to build a server before another is tried, ms.',
      fallback: 300_000,
      minimum: 1_000,
    }),
    buildAnswerMs: integer({
      help: 'A failed build that the global tier does not answer for so long becomes ERROR, ms.',
      fallback: 600_000,
      minimum: 1_000,
    }),
    hideAfterMs: integer({
      help: 'How long a server that moved to another cell stays in the lists of this one, ms: longer than a list may take.',
      fallback: 3_000,
      minimum: 0,
    }),
    outOfTouchMs: integer({
      help: 'When nobody of the global tier was here for so long, the cell asks which of its instances are still at home here, ms.',
      fallback: 15_000,
      minimum: 1_000,
    }),
    auditEveryMs: integer({
      help: 'How often the auditors compare what must agree, ms.',
      fallback: 15_000,
      minimum: 100,
    }),
    keepDeletedDays: integer({
      help: 'How long the rows of deleted servers, and their action logs, are kept, days.',
      fallback: 90,
      minimum: 1,
    }),
  },
  (values) =>
    values.agentDownAfterMs < 2 * values.heartbeatMs ? 'agentDownAfterMs must be at least twice heartbeatMs' : null,
);

export const conductorSections = {
  log: logSection,
  conductor: conductorSection,
  database: cellDatabaseSection,
  redis: cellRedisSection,
  cell: cellSection,
  drill: drillSection,
};
export type ConductorConfig = ConfigOf<typeof conductorSections>;
