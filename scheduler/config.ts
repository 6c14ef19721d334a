import { directorySection, logSection, metricsSection, trustSection } from '#platform/config/common-sections.ts';
import type { ConfigOf } from '#platform/config/load.ts';
import { flag, integer, list, number, section, text } from '#platform/config/options.ts';
import { tlsSection } from '#platform/config/tls-section.ts';
import { OPTIONAL_FILTER_NAMES } from './filters/registry.ts';
import { DEFAULT_SETTINGS, type SchedulingSettings } from './scheduling-settings.ts';

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
      help: 'Multipliers that replace the defaults of weighers, as name=number: ram, cpu, disk, hypervisorVersion, buildFailure, softAffinity, softAntiAffinity, ioOps, numInstances, imageProperties, metrics, crossCell. A negative number stacks instead of spreading.',
      fallback: [],
    }),
    optionalFilters: list({
      help: 'Filters that are off unless they are named here: aggregate-image-properties-isolation (as AggregateImagePropertiesIsolation of Nova), aggregate-type-affinity (instance_type in the metadata of aggregates names flavors), isolated-hosts (scheduler.isolatedHosts), num-instances (scheduler.maxInstancesPerHost), io-ops (scheduler.maxIoOpsPerHost), metrics (hosts tell all metrics of scheduler.metricWeights), json (the scheduler hint query, as JsonFilter of Nova), simple-cidr-affinity (the hints build_near_host_ip and cidr, as SimpleCIDRAffinityFilter). While one is off, its hints are accepted and change nothing.',
      fallback: [],
    }),
    maxInstancesPerHost: integer({
      help: 'The filter num-instances refuses hosts with so many servers. Aggregates set another number for their hosts by max_instances_per_host in their metadata; the least counts.',
      fallback: DEFAULT_SETTINGS.maxInstancesPerHost,
      minimum: 0,
    }),
    maxIoOpsPerHost: integer({
      help: 'The filter io-ops refuses hosts on which so many servers are being built, moved, saved or rescued. Aggregates set another number by max_io_ops_per_host.',
      fallback: DEFAULT_SETTINGS.maxIoOpsPerHost,
      minimum: 0,
    }),
    metricWeights: list({
      help: 'The weights of metrics of hosts, as name=number, for the weigher metrics and the filter metrics: cpu.percent=-1 prefers hosts with idle processors. Hosts tell metrics if compute.cpuMetricsEveryMs is set.',
      fallback: [],
    }),
    weightOfUnavailableMetrics: number({
      help: 'What the weigher metrics counts for a host that does not tell one of scheduler.metricWeights.',
      fallback: DEFAULT_SETTINGS.metrics.unavailable,
      minimum: -1e12,
      maximum: 1e12,
    }),
    imagePropertyWeights: list({
      help: 'The weights of image properties, as name=number, for the weigher imageProperties (image_props_weight_setting of Nova): os_distro=10. A property that is not named does not count. Empty: every property whose name begins with hw_, img_ or os_ counts 1.',
      fallback: [],
    }),
    isolatedHosts: list({
      help: 'Names of hosts to which the filter isolated-hosts sends the servers of scheduler.isolatedImages, and no others. Empty: the filter refuses no host.',
      fallback: [],
    }),
    isolatedImages: list({ help: 'Ids of images whose servers go to scheduler.isolatedHosts only.', fallback: [] }),
    restrictIsolatedHosts: flag({
      help: 'Whether scheduler.isolatedHosts take no servers of other images.',
      fallback: DEFAULT_SETTINGS.isolation.restricts,
    }),
  },
  ({ multipliers, optionalFilters, metricWeights, imagePropertyWeights }) => {
    const wrong = multipliers.find((pair) => !/^[A-Za-z]+=-?\d+(\.\d+)?$/.test(pair));
    if (wrong !== undefined) return `multipliers: expected name=number, got ${JSON.stringify(wrong)}`;
    const metric = metricWeights.find((pair) => !/^[^=]+=-?\d{1,12}(\.\d+)?$/.test(pair));
    if (metric !== undefined) return `metricWeights: expected name=number, got ${JSON.stringify(metric)}`;
    const property = imagePropertyWeights.find((pair) => !/^[^=]+=-?\d{1,12}(\.\d+)?$/.test(pair));
    if (property !== undefined) return `imagePropertyWeights: expected name=number, got ${JSON.stringify(property)}`;
    const unknown = optionalFilters.find((name) => !OPTIONAL_FILTER_NAMES.includes(name));
    const known = OPTIONAL_FILTER_NAMES.join(', ');
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

export const settingsOf = (config: SchedulerConfig['scheduler']): SchedulingSettings => ({
  maxInstancesPerHost: config.maxInstancesPerHost,
  maxIoOpsPerHost: config.maxIoOpsPerHost,
  metrics: { weights: parseMultipliers(config.metricWeights), unavailable: config.weightOfUnavailableMetrics },
  imageProperties: parseMultipliers(config.imagePropertyWeights),
  isolation: {
    hosts: config.isolatedHosts,
    images: config.isolatedImages,
    restricts: config.restrictIsolatedHosts,
  },
});
