import { DEFAULT_SETTINGS, type SchedulingSettings } from '../scheduling-settings.ts';
import { aggregateImagePropertiesIsolation } from './aggregate-image-properties-isolation.ts';
import { aggregateInstanceExtraSpecs } from './aggregate-instance-extra-specs.ts';
import { aggregateTenantIsolation } from './aggregate-tenant-isolation.ts';
import { aggregateTypeAffinity } from './aggregate-type-affinity.ts';
import { availabilityZone } from './availability-zone.ts';
import { diskCapacity, ramCapacity, vcpuCapacity } from './capacity.ts';
import { cellEnabled } from './cell-enabled.ts';
import { computeCapabilities } from './compute-capabilities.ts';
import { computeStatus } from './compute-status.ts';
import type { Filter } from './filter.ts';
import { hostProblem } from './host-problem.ts';
import { hostQuery } from './host-query.ts';
import { imageProperties } from './image-properties.ts';
import { isolatedHosts } from './isolated-hosts.ts';
import { ioOps, numInstances } from './load-limit.ts';
import { metrics } from './metrics.ts';
import { nearAddress } from './near-address.ts';
import { differentHost, sameHost } from './near-servers.ts';
import { networkNeeds } from './network-needs.ts';
import { notTried } from './not-tried.ts';
import { numaTopology } from './numa-topology.ts';
import { pciPassthrough } from './pci-passthrough.ts';
import { requestedHost } from './requested-host.ts';
import { resourceClasses } from './resource-classes.ts';
import { serverGroupAffinity } from './server-group-affinity.ts';
import { serverGroupAntiAffinity } from './server-group-anti-affinity.ts';
import { traits } from './traits.ts';

/** In sort order: only the first filter that refuses a host is counted, so the most informative filters come first. */
export const FILTERS: readonly Filter[] = [
  notTried,
  requestedHost,
  cellEnabled,
  computeStatus,
  hostProblem,
  networkNeeds,
  availabilityZone,
  aggregateTenantIsolation,
  aggregateInstanceExtraSpecs,
  computeCapabilities,
  traits,
  resourceClasses,
  imageProperties,
  sameHost,
  differentHost,
  vcpuCapacity,
  ramCapacity,
  diskCapacity,
  numaTopology,
  pciPassthrough,
  serverGroupAffinity,
  serverGroupAntiAffinity,
];

/** Filters that an operator turns on (`scheduler.optionalFilters`), as in Nova. While one is off, its hints and settings change nothing. */
const optionalFilters = ({ isolation, ...settings }: SchedulingSettings): readonly Filter[] => [
  isolatedHosts(isolation),
  aggregateTypeAffinity,
  aggregateImagePropertiesIsolation,
  numInstances(settings.maxInstancesPerHost),
  ioOps(settings.maxIoOpsPerHost),
  metrics(settings.metrics),
  hostQuery,
  nearAddress,
];

export const OPTIONAL_FILTER_NAMES: readonly string[] = optionalFilters(DEFAULT_SETTINGS).map(({ name }) => name);

/** The filters of a scheduler that has these optional ones, which come last: they cost the most. */
export const filtersWith = (names: readonly string[], settings = DEFAULT_SETTINGS): readonly Filter[] => [
  ...FILTERS,
  ...optionalFilters(settings).filter(({ name }) => names.includes(name)),
];
