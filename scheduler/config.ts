import { directorySection, logSection, metricsSection, trustSection } from '#platform/config/common-sections.ts';
import type { ConfigOf } from '#platform/config/load.ts';
import { integer, list, section, text } from '#platform/config/options.ts';
import { tlsSection } from '#platform/config/tls-section.ts';
import { OPTIONAL_FILTERS } from './filters/registry.ts';

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
      help: 'Multipliers that replace the defaults of weighers, as name=number: ram, cpu, disk, hypervisorVersion, buildFailure, softAffinity, softAntiAffinity. A negative number stacks instead of spreading.',
      fallback: [],
    }),
    optionalFilters: list({
      help: 'Filters that are off unless they are named here: aggregate-image-properties-isolation (as AggregateImagePropertiesIsolation of Nova), json (the scheduler hint query, as JsonFilter of Nova), simple-cidr-affinity (the hints build_near_host_ip and cidr, as SimpleCIDRAffinityFilter). While one is off, its hints are accepted and change nothing.',
      fallback: [],
    }),
  },
  ({ multipliers, optionalFilters }) => {
    const wrong = multipliers.find((pair) => !/^[A-Za-z]+=-?\d+(\.\d+)?$/.test(pair));
    if (wrong !== undefined) return `multipliers: expected name=number, got ${JSON.stringify(wrong)}`;
    const unknown = optionalFilters.find((name) => !OPTIONAL_FILTERS.some((filter) => filter.name === name));
    const known = OPTIONAL_FILTERS.map(({ name }) => name).join(', ');
    return unknown === undefined ? null : `optionalFilters: expected any of ${known}, got ${JSON.stringify(unknown)}`;
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
