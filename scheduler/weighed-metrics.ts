import type { Host } from '#platform/objects/host.ts';
import { member } from '#platform/objects/member.ts';

export interface MetricSettings {
  /** By name of a metric. */
  readonly weights: Readonly<Record<string, number>>;
  /** The sum of a host that does not tell one of them. */
  readonly unavailable: number;
}

/** The sum of the metrics of a host, each times its weight. */
export function weighedMetrics({ metrics = {} }: Host, { weights, unavailable }: MetricSettings): number {
  let sum = 0;
  for (const [name, weight] of Object.entries(weights)) {
    const value = member(metrics, name);
    if (value === undefined) return unavailable;
    sum += value * weight;
  }
  return sum;
}
