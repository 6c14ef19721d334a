import { directorySection, logSection, metricsSection, trustSection } from '#platform/config/common-sections.ts';
import type { ConfigOf } from '#platform/config/load.ts';
import { integer, list, section, text } from '#platform/config/options.ts';
import { tlsSection } from '#platform/config/tls-section.ts';

const schedulerSection = section(
  'scheduler',
  {
    host: text({ help: 'The address to listen on.', fallback: '127.0.0.1' }),
    port: integer({ help: 'The port to listen on.', fallback: 8775, minimum: 0, maximum: 65535 }),
    silentAfterMs: integer({
      help: 'After this time without an answer, a cell gets no new instances until it answers again. In ms.',
      fallback: 1_000,
      minimum: 0,
    }),
    multipliers: list({
      help: 'Multipliers that replace the defaults of weighers, as name=number: ram, cpu, disk, buildFailure, softAffinity, softAntiAffinity. A negative number stacks instead of spreading.',
      fallback: [],
    }),
  },
  ({ multipliers }) => {
    const wrong = multipliers.find((pair) => !/^[A-Za-z]+=-?\d+(\.\d+)?$/.test(pair));
    return wrong === undefined ? null : `multipliers: expected name=number, got ${JSON.stringify(wrong)}`;
  },
);

/** The sections of the configuration that the scheduler reads. */
export const SCHEDULER_SECTIONS = {
  log: logSection,
  metrics: metricsSection,
  directory: directorySection,
  trust: trustSection,
  tls: tlsSection,
  scheduler: schedulerSection,
} as const;
export type SchedulerConfig = ConfigOf<typeof SCHEDULER_SECTIONS>;

export const parseMultipliers = (pairs: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', value = ''] = pair.split('=');
      return [name, Number(value)];
    }),
  );
