import { aggregateImagePropertiesIsolation } from './aggregate-image-properties-isolation.ts';
import { aggregateInstanceExtraSpecs } from './aggregate-instance-extra-specs.ts';
import { aggregateTenantIsolation } from './aggregate-tenant-isolation.ts';
import { availabilityZone } from './availability-zone.ts';
import { diskCapacity, ramCapacity, vcpuCapacity } from './capacity.ts';
import { cellEnabled } from './cell-enabled.ts';
import { computeCapabilities } from './compute-capabilities.ts';
import { computeStatus } from './compute-status.ts';
import type { Filter } from './filter.ts';
import { hostProblem } from './host-problem.ts';
import { hostQuery } from './host-query.ts';
import { imageProperties } from './image-properties.ts';
import { nearAddress } from './near-address.ts';
import { differentHost, sameHost } from './near-servers.ts';
import { networkNeeds } from './network-needs.ts';
import { notTried } from './not-tried.ts';
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
  serverGroupAffinity,
  serverGroupAntiAffinity,
];

/** Filters that an operator turns on (`scheduler.optionalFilters`), as in Nova. While one is off, its hints change nothing. */
export const OPTIONAL_FILTERS: readonly Filter[] = [aggregateImagePropertiesIsolation, hostQuery, nearAddress];

/** The filters of a scheduler that has these optional ones, which come last: they cost the most. */
export const filtersWith = (names: readonly string[]): readonly Filter[] => [
  ...FILTERS,
  ...OPTIONAL_FILTERS.filter(({ name }) => names.includes(name)),
];
