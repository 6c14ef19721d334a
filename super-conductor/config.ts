import {
  directorySection,
  drillSection,
  globalRedisSection,
  logSection,
  metricsSection,
  trustSection,
} from '#platform/config/common-sections.ts';
import type { ConfigOf } from '#platform/config/load.ts';
import { integer, section, text } from '#platform/config/options.ts';
import { tlsSection } from '#platform/config/tls-section.ts';

const superConductorSection = section('superConductor', {
  host: text({ help: 'The address of `/healthz` and `/readyz`.', fallback: '127.0.0.1' }),
  port: integer({ help: 'Their port.', fallback: 8776, minimum: 0, maximum: 65535 }),
  schedulerUrl: text({ help: 'Where a scheduler answers.', fallback: 'http://127.0.0.1:8775' }),
  keepDeletedDays: integer({
    help: 'How long the directory remembers deleted servers, days.',
    fallback: 90,
    minimum: 1,
  }),
  auditEveryMs: integer({
    help: 'How often the auditors compare what must agree, ms.',
    fallback: 15_000,
    minimum: 100,
  }),
  concurrency: integer({ help: 'How many operations this process works at together.', fallback: 64, minimum: 1 }),
});

/** The sections the super-conductor reads. */
export const SUPER_CONDUCTOR_SECTIONS = {
  log: logSection,
  metrics: metricsSection,
  directory: directorySection,
  globalRedis: globalRedisSection,
  trust: trustSection,
  tls: tlsSection,
  drill: drillSection,
  superConductor: superConductorSection,
} as const;
export type SuperConductorConfig = ConfigOf<typeof SUPER_CONDUCTOR_SECTIONS>;
