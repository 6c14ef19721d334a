import type { Rate, TrafficLimits } from '../../objects/traffic-limits.ts';
import type { QosRulesTable } from '../schema/qos.ts';

/** A rule, of a policy that has one of each type and direction. */
type Rule = Pick<QosRulesTable, 'type' | 'direction' | 'rate' | 'burst'> & { readonly dscpMark: number };

const BYTES_OF_KILOBIT = 125;
const PACKETS_OF_RATE = 1_000;

/** What the rules of one policy say to hosts. Pure. */
export function limitsOfRules(rules: readonly Rule[]): TrafficLimits {
  const rateOf = (type: Rule['type'], direction: Rule['direction'], unit: number): Rate | null => {
    const rule = rules.find((one) => one.type === type && one.direction === direction);
    if (rule === undefined || rule.rate === 0) return null;
    // A burst that nobody chose is four fifths of the rate, as in Neutron.
    const burst = rule.burst === 0 ? Math.floor(rule.rate * 0.8 * unit) : rule.burst * unit;
    return { perSecond: rule.rate * unit, burst };
  };
  const ingress = rateOf('bandwidth_limit', 'ingress', BYTES_OF_KILOBIT);
  const egress = rateOf('bandwidth_limit', 'egress', BYTES_OF_KILOBIT);
  const ingressPackets = rateOf('packet_rate_limit', 'ingress', PACKETS_OF_RATE);
  const egressPackets = rateOf('packet_rate_limit', 'egress', PACKETS_OF_RATE);
  const mark = rules.find(({ type }) => type === 'dscp_marking');
  return {
    ...(ingress === null ? {} : { ingress }),
    ...(egress === null ? {} : { egress }),
    ...(ingressPackets === null ? {} : { ingressPackets }),
    ...(egressPackets === null ? {} : { egressPackets }),
    ...(mark === undefined ? {} : { dscp: mark.dscpMark }),
  };
}
