import type { MetricSettings } from '../weighed-metrics.ts';
import type { Filter } from './filter.ts';

/** The host must tell every metric that the weigher `metrics` reads (nova/scheduler/filters/metrics_filter.py). Hosts of a kind tell the same. */
export const metrics = ({ weights }: MetricSettings): Filter => ({
  name: 'metrics',
  question: () => {
    const names = Object.keys(weights);
    if (names.length === 0) return null;
    return ({ host }) => {
      const told = host.metrics ?? {};
      const missing = names.find((name) => !Object.hasOwn(told, name));
      return missing === undefined ? null : `it does not tell the metric ${missing}`;
    };
  },
});
