import { runCommand } from '../../../agent/run-command.ts';
import type { DesiredNetwork } from '../../desired-host.ts';
import { reachPortName } from '../../names.ts';
import { REACH_DEVICE, REACH_TABLE } from '../../network-routing.ts';
import { knowMac } from './bridge.ts';
import { GATEWAY_DEVICE, type HostSetup } from './host-setup.ts';
import { inNamespace, runIp, tryIp } from './ip.ts';
import { REACH_ADDRESS } from './transits.ts';

/** What comes from a router carries this mark, which chooses `REACH_TABLE`. */
export const FROM_ROUTER = 1;
const RULE = `priority 100 fwmark ${FROM_ROUTER} lookup ${REACH_TABLE}`;
/** Prints a line for each family that has the rule. */
export const RULES_QUESTION = `ip -4 rule show priority 100; ip -6 rule show priority 100`;
export const hasRules = (printed: string): boolean =>
  printed.split('\n').filter((line) => line.includes(`lookup ${REACH_TABLE}`)).length === 2;

/**
 * Makes the way of routed packets to the guests of a network, or removes it. The bridge knows its MAC before the port is up, as it knows the
 * gateway's. Its address is the sender of its ARP: answers come back to its MAC, which is this host's alone.
 */
export async function connectReach(
  setup: HostSetup,
  namespace: string,
  { bridge, mtu, reachMac, routing }: DesiredNetwork,
  stands: boolean,
): Promise<void> {
  const port = reachPortName(bridge);
  if (routing === null) {
    if (stands) await tryIp(setup.namespace, [`link delete dev ${port}`]);
    return await sortNoMore(namespace);
  }
  if (!stands) {
    // Also one that was begun and is not up.
    await tryIp(setup.namespace, [`link delete dev ${port}`]);
    await runIp(setup.namespace, [
      `link add name ${port} mtu ${mtu} type veth peer name ${REACH_DEVICE} mtu ${mtu} address ${reachMac} netns ${namespace}`,
      `link set dev ${port} master ${bridge}`,
      `link set dev ${port} type bridge_slave learning off flood off`,
    ]);
  }
  await knowMac(setup, reachMac, port);
  await runIp(setup.namespace, [`link set dev ${port} mtu ${mtu} up`]);
  await runIp(namespace, [
    `link set dev ${REACH_DEVICE} address ${reachMac} mtu ${mtu} up`,
    `address replace ${REACH_ADDRESS}/32 dev ${REACH_DEVICE}`,
  ]);
  const families = ['-4', '-6'].map(
    (family) =>
      `ip ${family} rule show priority 100 | grep -q 'lookup ${REACH_TABLE}' || ip ${family} rule add ${RULE}`,
  );
  // Also in a namespace that an earlier release has made.
  // What comes from behind a guest comes by another device than it is reached by.
  const filter = routing.behindGuests.ranges.length === 0 ? 1 : 2;
  const settings = `echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter
echo ${filter} > /proc/sys/net/ipv4/conf/${GATEWAY_DEVICE}/rp_filter`;
  await runCommand('ip', inNamespace(namespace, 'sh', '-ec', [settings, ...families].join('\n')));
}

/** The last router of a network has gone. */
async function sortNoMore(namespace: string): Promise<void> {
  const families = ['-4', '-6'].map((family) => `while ip ${family} rule delete ${RULE} 2>/dev/null; do :; done`);
  await runCommand('ip', inNamespace(namespace, 'sh', '-ec', families.join('\n')));
}
