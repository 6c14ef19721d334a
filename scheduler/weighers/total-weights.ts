import type { SchedulingRequest } from '#platform/contracts/scheduler.ts';
import type { HostView } from '../snapshot.ts';
import type { Weigher } from './weigher.ts';

/**
 * The sum of all weighers for each host, in the order of `hosts`: each weigher's values stretched so that the least is 0 and the most 1,
 * times its multiplier. A weigher for which all hosts are equal changes nothing.
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
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (const [at, host] of hosts.entries()) {
      const value = weight(host);
      values[at] = value;
      if (value < least) least = value;
      if (value > most) most = value;
    }
    if (most === least) continue;
    const factor = multiplier / (most - least);
    for (const at of totals.keys()) totals[at] = (totals[at] ?? 0) + ((values[at] ?? 0) - least) * factor;
  }
  return totals;
}
