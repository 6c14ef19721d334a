import { type MetricSettings, weighedMetrics } from '../weighed-metrics.ts';
import type { Weigher } from './weigher.ts';

/** Prefers hosts with a greater sum of weighed metrics. It weighs nothing unless metrics have weights (`scheduler.metricWeights`). */
export const metrics = (settings: MetricSettings): Weigher => ({
  name: 'metrics',
  isMetric: true,
  multiplier: 1,
  aggregateKey: 'metrics_weight_multiplier',
  weight: () => (Object.keys(settings.weights).length === 0 ? null : ({ host }) => weighedMetrics(host, settings)),
});
