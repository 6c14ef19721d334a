import type { Flavor } from '#platform/objects/flavor.ts';
import type { Rate, TrafficLimits } from '#platform/objects/traffic-limits.ts';

/** As libvirt reads them: a rate counts kilobytes of 1000 bytes, a burst those of 1024. */
const RATE_UNIT = 1_000;
const BURST_UNIT = 1_024;

/**
 * The limits that a flavor sets to each port of its servers, by `quota:vif_inbound_average` and its like; undefined: none. Inbound is what comes to the
 * guest. As with libvirt, a peak or a burst says nothing without an average.
 */
export function flavorLimits({ extraSpecs }: Pick<Flavor, 'extraSpecs'>): TrafficLimits | undefined {
  const amount = (name: string): number => {
    const text = extraSpecs[`quota:vif_${name}`] ?? '';
    return /^\d{1,9}$/.test(text) ? Number(text) : 0;
  };
  const rateOf = (way: 'inbound' | 'outbound'): Rate | undefined => {
    const average = amount(`${way}_average`);
    if (average === 0) return undefined;
    const peak = amount(`${way}_peak`);
    return {
      perSecond: average * RATE_UNIT,
      burst: amount(`${way}_burst`) * BURST_UNIT,
      ...(peak === 0 ? {} : { peak: peak * RATE_UNIT }),
    };
  };
  const [ingress, egress] = [rateOf('inbound'), rateOf('outbound')];
  if (ingress === undefined && egress === undefined) return undefined;
  return { ...(ingress === undefined ? {} : { ingress }), ...(egress === undefined ? {} : { egress }) };
}
