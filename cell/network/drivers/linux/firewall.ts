import { runCommand } from '../../../agent/run-command.ts';
import { type DesiredHost, type DesiredNetwork, METADATA_ADDRESS } from '../../desired-host.ts';
import { type HostSetup, metadataPortOf, UPLINK } from './host-setup.ts';
import { inNamespace } from './ip.ts';
import { MARK_CHAIN, PAST_THE_BRIDGE, renderPortFilter } from './port-filter.ts';

/** Whoever reaches a host here writes into the networks of others: nothing of a guest does. */
const VXLAN_PORT = 4789;

/** Replaces all rules of the namespace at once, so that no packet passes without rules. */
export async function setFirewall(setup: HostSetup, desired: DesiredHost): Promise<void> {
  await runCommand('ip', inNamespace(setup, 'nft', '-f', '-'), { input: renderFirewall(setup, desired) });
}

/** The rules as text. `bridge volvox`: what a port may send. `inet volvox`: what reaches the host, the outside, the metadata. */
export function renderFirewall(setup: HostSetup, desired: DesiredHost): string {
  return renderPortFilter(desired.networks, desired.firewall) + renderHostFilter(setup, desired);
}

function renderHostFilter(setup: HostSetup, desired: DesiredHost): string {
  return `table inet volvox
delete table inet volvox
table inet volvox {
  chain ${MARK_CHAIN}${desired.firewall} { }
${PAST_THE_BRIDGE}
  chain zones {
    type filter hook prerouting priority raw; policy accept;
${each(desired, ({ bridge, slot }) => `iifname "${bridge}" ct original zone set ${slot}`)}
  }
  chain steer {
    type filter hook prerouting priority mangle; policy accept;
${each(desired, ({ bridge, slot }) => `iifname "${bridge}" ct mark set ${slot} meta mark set ${slot}`)}
    iifname "${UPLINK}" meta mark set ct mark
  }
  chain to-metadata {
    type nat hook prerouting priority dstnat; policy accept;
${each(desired, (network) => `iifname "${network.bridge}" ip daddr ${METADATA_ADDRESS} tcp dport 80 redirect to :${metadataPortOf(setup, network.slot)}`)}
  }
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    ct state established,related accept
    meta l4proto ipv6-icmp accept
${each(desired, (network) => inputRules(setup, network))}
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    udp dport ${VXLAN_PORT} drop
    ct state established,related accept
${each(
  { networks: desired.networks.filter(({ outside }) => outside) },
  ({ bridge }) => `iifname "${bridge}" oifname "${UPLINK}" accept`,
)}
  }
  chain outgoing {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "${UPLINK}" masquerade
  }
}
`;
}

const each = (desired: Pick<DesiredHost, 'networks'>, rule: (network: DesiredNetwork) => string): string =>
  desired.networks.map((network) => `    ${rule(network)}`).join('\n');

function inputRules(setup: HostSetup, network: DesiredNetwork): string {
  const ipv4 = network.addresses.filter((one) => !one.includes(':')).map((one) => one.slice(0, one.indexOf('/')));
  const ping =
    ipv4.length === 0
      ? ''
      : `iifname "${network.bridge}" ip daddr { ${ipv4.join(', ')} } meta l4proto icmp accept\n    `;
  return `${ping}iifname "${network.bridge}" udp dport { 67, 547 } accept
    iifname "${network.bridge}" ct status dnat tcp dport ${metadataPortOf(setup, network.slot)} accept`;
}
