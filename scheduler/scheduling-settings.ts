import type { Isolation } from './filters/isolated-hosts.ts';
import type { MetricSettings } from './weighed-metrics.ts';
import type { ImagePropertyWeights } from './weighers/image-properties.ts';

/** What operators configure of single filters and weighers. */
export interface SchedulingSettings {
  readonly maxInstancesPerHost: number;
  readonly maxIoOpsPerHost: number;
  readonly isolation: Isolation;
  readonly metrics: MetricSettings;
  readonly imageProperties: ImagePropertyWeights;
}

/** As in Nova. */
export const DEFAULT_SETTINGS: SchedulingSettings = {
  maxInstancesPerHost: 50,
  maxIoOpsPerHost: 8,
  isolation: { hosts: [], images: [], restricts: true },
  metrics: { weights: {}, unavailable: -10_000 },
  imageProperties: {},
};
