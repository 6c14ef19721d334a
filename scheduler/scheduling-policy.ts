import type { Filter } from './filters/filter.ts';
import { FILTERS } from './filters/registry.ts';
import { DEFAULT_SETTINGS } from './scheduling-settings.ts';
import type { MetricSettings } from './weighed-metrics.ts';
import { WEIGHERS } from './weighers/registry.ts';
import type { Weigher } from './weighers/weigher.ts';

export interface SchedulingPolicy {
  readonly filters: readonly Filter[];
  readonly weighers: readonly Weigher[];
  /** By weigher name; replaces the weigher's default. */
  readonly multipliers: Readonly<Record<string, number>>;
  /** What tables of hosts compute for its weigher of metrics. */
  readonly metrics: MetricSettings;
}

export const DEFAULT_POLICY: SchedulingPolicy = {
  ...{ filters: FILTERS, weighers: WEIGHERS, multipliers: {} },
  metrics: DEFAULT_SETTINGS.metrics,
};
