import type { DesiredNetwork } from '../../desired-host.ts';
import { type Bucket, type DesiredTraffic, hasRules } from '../../desired-traffic.ts';
import type { HostSetup } from './host-setup.ts';
import { MARK_CHAIN } from './port-filter.ts';
import { setRules } from './rule-table.ts';

/** The table of the family bridge that limits what ports pass. */
export const LIMIT_TABLE = 'volvox-limits';

/** Replaces the limits of all ports at once. @param sum their fingerprint; null: no port has any. */
export const setLimits = (setup: HostSetup, networks: readonly DesiredNetwork[], sum: string | null): Promise<void> =>
  setRules(setup.namespace, sum === null ? NO_LIMITS : limitTable(networks, sum));

/** Also where it is not there. */
const NO_LIMITS = `table bridge ${LIMIT_TABLE}\ndelete table bridge ${LIMIT_TABLE}\n`;

/**
 * Limits of what guests send, and of packets in both directions; marks of what they send. What they may not send at all was dropped before, and
 * counts for nothing. What is too much is dropped: the kernels of hosts have no queue for what a device gets.
 */
export function limitTable(networks: readonly Pick<DesiredNetwork, 'ports'>[], sum: string): string {
  const ports = networks
    .flatMap((network) => network.ports)
    .flatMap(({ tap, traffic }) => (traffic !== undefined && hasRules(traffic) ? [{ tap, traffic }] : []));
  const receiving = ports.filter(({ traffic }) => traffic.receivedPackets.length > 0);
  const sending = ports.filter(({ traffic }) => sentRules(traffic).length > 0);
  return `${NO_LIMITS}table bridge ${LIMIT_TABLE} {
  chain ${MARK_CHAIN}${sum} { }
${sending.map(({ tap, traffic }) => chain(`from-${tap}`, sentRules(traffic))).join('')}${receiving
  .map(({ tap, traffic }) => chain(`to-${tap}`, packets(traffic.receivedPackets)))
  .join('')}  chain from-ports {
    type filter hook prerouting priority -290; policy accept;
${byTap('iifname', 'from', sending)}  }
  chain to-ports {
    type filter hook postrouting priority 300; policy accept;
${byTap('oifname', 'to', receiving)}  }
}
`;
}

const chain = (name: string, rules: readonly string[]): string =>
  `  chain ${name} {\n${rules.map((rule) => `    ${rule}\n`).join('')}  }\n`;

const byTap = (field: string, way: 'from' | 'to', ports: readonly { readonly tap: string }[]): string =>
  ports.length === 0
    ? ''
    : `    ${field} vmap { ${ports.map(({ tap }) => `"${tap}" : goto ${way}-${tap}`).join(', ')} }\n`;

const sentRules = ({ sentBytes, sentPackets, dscp }: DesiredTraffic): readonly string[] => [
  ...sentBytes.map(({ perSecond, burst }) => `limit rate over ${perSecond} bytes/second burst ${burst} bytes drop`),
  ...packets(sentPackets),
  ...(dscp === null ? [] : [`ip dscp set ${dscp}`, `ip6 dscp set ${dscp}`]),
];

const packets = (buckets: readonly Bucket[]): readonly string[] =>
  buckets.map(({ perSecond, burst }) => `limit rate over ${perSecond}/second burst ${burst} packets drop`);
