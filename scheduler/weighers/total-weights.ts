import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { HostView } from '../snapshot.ts';
import type { Weigher } from './weigher.ts';

/**
 * The sum of all weighers for each host, in the sort order of `hosts`. The values of each weigher are scaled to 0…1, then multiplied by its
 * multiplier. A weigher that gives all hosts the same value changes nothing.
 */
export function totalWeights(
  hosts: readonly HostView[],
  request: SchedulingRequest,
  weighers: readonly Weigher[],
  multipliers: Readonly<Record<string, number>>,
): Float64Array {
  const totals = new Float64Array(hosts.length);
  const values = new Float64Array(hosts.length);
  for (const weigher of weighers) {
    const multiplier = multipliers[weigher.name] ?? weigher.multiplier;
    const weight = multiplier === 0 ? null : weigher.weight(request);
    if (weight === null) continue;
    let min = Number.POSITIVE_INFINITY;
    let max = Number.NEGATIVE_INFINITY;
    for (const [at, host] of hosts.entries()) {
      const value = weight(host);
      values[at] = value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    if (max === min) continue;
    const factor = multiplier / (max - min);
    for (const at of totals.keys()) totals[at] = (totals[at] ?? 0) + ((values[at] ?? 0) - min) * factor;
  }
  return totals;
}
