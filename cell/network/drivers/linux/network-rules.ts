import { type DesiredNetwork, METADATA_ADDRESS } from '../../desired-host.ts';
import { OUTSIDE_DEVICE } from '../../names.ts';
import { type NetworkRouting, REACH_DEVICE } from '../../network-routing.ts';
import { barred, NO_VXLAN } from './barred.ts';
import { GATEWAY_DEVICE, type HostSetup, METADATA_DEVICE } from './host-setup.ts';
import { FROM_ROUTER } from './reach.ts';
import { rulesFor } from './rule-set.ts';
import { ruleTable } from './rule-table.ts';
import { metadataTransit } from './transits.ts';

/** How many questions a guest has answered by the DHCP server, a second and at once. A client asks once in several seconds. */
const QUESTIONS = '3/second burst 30 packets';

/**
 * What guests of a network reach of their host: DHCP, ping of their gateway, metadata; and the outside when the network has it.
 *
 * What the guests of a host share is divided: each MAC has its own share of the DHCP server's time and of the tables
 * of connections, which are the network's, those of the uplink, and the host's own. A guest may have many addresses.
 */
export function networkRules(setup: HostSetup, network: DesiredNetwork): string {
  const lan = `iifname "${GATEWAY_DEVICE}"`;
  return ruleTable(
    network.form,
    `  set askers {
    type ether_addr; size 65535; flags dynamic,timeout; timeout 1m;
  }
  set callers {
    type ether_addr; size 65535; flags dynamic;
  }
${network.routing === null ? '' : stateless(network.routing)}  chain to-metadata {
    type nat hook prerouting priority dstnat; policy accept;
${toMetadata(setup, network)}  }
  chain input {
    type filter hook input priority filter; policy drop;
    iifname "lo" accept
    ${lan} udp dport { 67, 547 } ${QUESTION_LIMIT}
    ${lan} icmpv6 type nd-router-solicit ${QUESTION_LIMIT}
    iifname "${METADATA_DEVICE}" icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
    ct state established,related accept
${ping(network)}${network.routing === null ? '' : INPUT_OF_ROUTED}    ${lan} meta l4proto ipv6-icmp accept
    ${lan} udp dport { 67, 547 } accept
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
${network.routing === null ? '' : routed(network.routing)}    ${NO_VXLAN}
${connectionLimit(setup)}    ${lan} oifname "${METADATA_DEVICE}" ct status dnat accept
${barred(setup, GATEWAY_DEVICE)}    ct state established,related accept
${network.outside ? `    ${lan} oifname "${OUTSIDE_DEVICE}" accept\n` : ''}${throughRouter(network.routing)}  }
  chain outgoing {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "${OUTSIDE_DEVICE}" masquerade
  }
`,
  );
}

/**
 * What routers send and get keeps no state here: an answer may be routed on another host. Where the outside is reached through a router, that
 * keeps the state.
 */
function stateless({ ways }: NetworkRouting): string {
  const lan = `iifname "${GATEWAY_DEVICE}"`;
  const behind = ways.map((way) => rulesFor(lan, { to: way.behind }, 'notrack')).join('');
  const outside = ways.some(({ isDefault }) => isDefault) ? `    ${lan} ip daddr != ${METADATA_ADDRESS} notrack\n` : '';
  const outside6 = ways.some((way) => way.outside6.length > 0) ? `    ${lan} ip6 daddr != fe80::/10 notrack\n` : '';
  return `  chain routed {
    type filter hook prerouting priority raw; policy accept;
    iifname "via*" meta mark set ${FROM_ROUTER} notrack
${behind}${outside}${outside6}  }
`;
}

/** Neighbours at the far ends, and who asks from another network whether the gateway is there. */
const INPUT_OF_ROUTED = `    iifname "${REACH_DEVICE}" icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
    iifname "via*" icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, echo-request } accept
    iifname "via*" icmp type echo-request accept
`;

/** A guest sends to what is behind a router from a range of its own, and routers send to guests. What is accepted here leads to no other place. */
const routed = ({ ways, onLink, behindGuests }: NetworkRouting): string =>
  [
    ...ways.flatMap(({ device, sources, behind }) =>
      // From another router: this one is the next hop of an extra route of it.
      rulesFor(`iifname "${GATEWAY_DEVICE}" oifname "${device}"`, { from: sources, to: behind }, 'accept').concat(
        rulesFor(`iifname "via*" oifname "${device}"`, { to: behind }, 'accept'),
      ),
    ),
    rulesFor(`iifname "via*" oifname "${REACH_DEVICE}"`, { to: onLink }, 'accept'),
    rulesFor(
      `iifname "${GATEWAY_DEVICE}" oifname "${REACH_DEVICE}"`,
      { from: behindGuests.sources, to: behindGuests.ranges },
      'accept',
    ),
  ].join('');

/** After what guests must not reach. */
const throughRouter = (routing: NetworkRouting | null): string =>
  (routing?.ways ?? [])
    .map(({ device, sources, isDefault, outside6 }) => {
      const from = [...(isDefault ? sources.filter((one) => !one.includes(':')) : []), ...outside6];
      return rulesFor(`iifname "${GATEWAY_DEVICE}" oifname "${device}"`, { to: EVERYWHERE, from }, 'accept');
    })
    .join('');
const EVERYWHERE = ['0.0.0.0/0', '::/0'];

/** The metadata server knows a guest by its address, so only those of the network's own subnets are led to it. */
function toMetadata({ metadataPort }: HostSetup, { slot, subnets }: DesiredNetwork): string {
  const own = subnets.flatMap(({ cidr, ipVersion }) => (ipVersion === 4 ? cidr : []));
  if (own.length === 0) return '';
  const asked = `iifname "${GATEWAY_DEVICE}" ip saddr { ${own.join(', ')} } ip daddr ${METADATA_ADDRESS} tcp dport 80`;
  return `    ${asked} dnat ip to ${metadataTransit(slot).servingEnd}:${metadataPort}\n`;
}

/** Before what is accepted for its connection: an answered question has one. */
const QUESTION_LIMIT = `update @askers { ether saddr limit rate over ${QUESTIONS} } drop`;

const connectionLimit = ({ connectionsPerGuest }: HostSetup): string =>
  connectionsPerGuest === 0
    ? ''
    : `    iifname "${GATEWAY_DEVICE}" ct state new add @callers { ether saddr ct count over ${connectionsPerGuest} } drop\n`;

function ping({ addresses }: DesiredNetwork): string {
  const ipv4 = addresses.filter((one) => !one.includes(':')).map((one) => one.slice(0, one.indexOf('/')));
  if (ipv4.length === 0) return '';
  return `    iifname "${GATEWAY_DEVICE}" ip daddr { ${ipv4.join(', ')} } icmp type echo-request accept\n`;
}
