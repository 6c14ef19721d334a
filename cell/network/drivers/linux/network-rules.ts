import { type DesiredNetwork, METADATA_ADDRESS } from '../../desired-host.ts';
import { barred, NO_VXLAN } from './barred.ts';
import { GATEWAY_DEVICE, type HostSetup, METADATA_DEVICE, OUTSIDE_DEVICE } from './host-setup.ts';
import { ruleTable } from './rule-table.ts';
import { metadataTransit } from './transits.ts';

/** What guests of a network reach of their host: DHCP, ping of their gateway, metadata; and the outside when the network has it. */
export function networkRules(setup: HostSetup, network: DesiredNetwork): string {
  const lan = `iifname "${GATEWAY_DEVICE}"`;
  return ruleTable(
    network.form,
    `  chain to-metadata {
    type nat hook prerouting priority dstnat; policy accept;
    ${lan} ip daddr ${METADATA_ADDRESS} tcp dport 80 dnat ip to ${metadataTransit(network.slot).servingEnd}:${setup.metadataPort}
  }
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    ct state established,related accept
${ping(network)}    ${lan} meta l4proto ipv6-icmp accept
    ${lan} udp dport { 67, 547 } accept
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    ${NO_VXLAN}
    ${lan} oifname "${METADATA_DEVICE}" ct status dnat accept
${barred(setup, GATEWAY_DEVICE)}    ct state established,related accept
${network.outside ? `    ${lan} oifname "${OUTSIDE_DEVICE}" accept\n` : ''}  }
  chain outgoing {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "${OUTSIDE_DEVICE}" masquerade
  }
`,
  );
}

function ping({ addresses }: DesiredNetwork): string {
  const ipv4 = addresses.filter((one) => !one.includes(':')).map((one) => one.slice(0, one.indexOf('/')));
  if (ipv4.length === 0) return '';
  return `    iifname "${GATEWAY_DEVICE}" ip daddr { ${ipv4.join(', ')} } icmp type echo-request accept\n`;
}
