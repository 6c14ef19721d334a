import { runCommand, tryCommand } from '../../../agent/run-command.ts';
import { METADATA_ADDRESS_6 } from '../../desired-host.ts';
import { NETWORK_END, ROUTER_END } from '../../joined-routers.ts';
import { GATEWAY_DEVICE, METADATA_DEVICE } from './host-setup.ts';
import { inNamespace, runIp } from './ip.ts';

/** Of the metadata server: nothing translates what is sent to a link-local address, which is not routed. */
export const LINK_LOCAL_METADATA_PORT = 80;

/**
 * Hands what guests send to the metadata server, and its answers, from one device of a network's namespace to the other: no host routes packets from
 * or to link-local addresses (RFC 4291, section 2.5.6). The server knows a guest by the link-local address of its MAC, which its port makes sure
 * of.
 */
export const HANDED_ON = `table netdev volvox
delete table netdev volvox
table netdev volvox {
  chain from-guests {
    type filter hook ingress device "${GATEWAY_DEVICE}" priority 0; policy accept;
    ip6 saddr fe80::/64 ip6 daddr ${METADATA_ADDRESS_6} tcp dport ${LINK_LOCAL_METADATA_PORT} fwd ip6 to ${ROUTER_END} device "${METADATA_DEVICE}"
  }
  chain to-guests {
    type filter hook ingress device "${METADATA_DEVICE}" priority 0; policy accept;
    ip6 saddr ${METADATA_ADDRESS_6} ip6 daddr fe80::/64 tcp sport ${LINK_LOCAL_METADATA_PORT} fwd ip6 to ip6 daddr device "${GATEWAY_DEVICE}"
  }
}
`;

/** Commands for the network's namespace. Guests look for the server's address at their gateway. */
export const linkLocalNetworkEnd: readonly string[] = [
  `link set dev ${METADATA_DEVICE} addrgenmode none`,
  `address replace ${NETWORK_END}/64 dev ${METADATA_DEVICE} nodad`,
  `address replace ${METADATA_ADDRESS_6}/128 dev ${GATEWAY_DEVICE} nodad`,
];

/** What is sent by a transit goes to the network's end, whichever guest it is for; each transit has a table of its own. */
export async function connectServingEnd(namespace: string, device: string, table: number): Promise<void> {
  await runIp(namespace, [
    `link set dev ${device} addrgenmode none`,
    ...[ROUTER_END, METADATA_ADDRESS_6].map((address) => `address replace ${address}/128 dev ${device} nodad`),
    `route replace fe80::/64 via ${NETWORK_END} dev ${device} table ${table}`,
  ]);
  const add = `ip -6 rule show | grep -q 'oif ${device} ' || ip -6 rule add ${rule(device)} lookup ${table}`;
  await runCommand('ip', inNamespace(namespace, 'sh', '-ec', add));
}

/** Nothing there is no error. */
export const disconnectServingEnd = (namespace: string, device: string): Promise<unknown> =>
  tryCommand('ip', ['-n', namespace, '-6', 'rule', 'delete', ...rule(device).split(' ')]);

const rule = (device: string): string => `priority 901 oif ${device}`;

/** How the server names the address at which the guests of a network arrive. */
export const linkLocalArrival = (device: string): string => `${METADATA_ADDRESS_6}%${device}`;
