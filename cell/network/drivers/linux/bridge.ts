import { runCommand } from '../../../agent/run-command.ts';
import type { DesiredNetwork } from '../../desired-host.ts';
import { bridgeMac, routerPortName } from '../../names.ts';
import { GATEWAY_DEVICE, type HostSetup } from './host-setup.ts';
import { runIp, tryIp } from './ip.ts';

/** 11 days: the bridge knows behind which port a guest spoke last, also one that has been silent for long. Floating addresses follow it. */
const REMEMBERS_CENTISECONDS = 100_000_000;

/** Layer 2 of a network on this host: a bridge without an address. What an earlier release gave it goes. */
export async function makeBridge(
  setup: HostSetup,
  { bridge, mtu, up, tracked }: DesiredNetwork,
  mayStand: boolean,
): Promise<void> {
  const add = `link add name ${bridge} type bridge stp_state 0 forward_delay 0 mcast_snooping 0${tracked ? ` ${tracking(true)}` : ''}`;
  // Fails when it is there, which is as good.
  if (mayStand) await tryIp(setup.namespace, [add]);
  await runIp(setup.namespace, [
    ...(mayStand ? [] : [add]),
    `link set dev ${bridge} address ${bridgeMac(bridge)} mtu ${mtu} ${up ? 'up' : 'down'}`,
    `link set dev ${bridge} type bridge ageing_time ${REMEMBERS_CENTISECONDS}`,
    `address flush dev ${bridge}`,
  ]);
}

/** Shows the frames between ports of these bridges to the rules of groups, or no more. Without rules it changes no frame's way. */
export async function trackConnections(setup: HostSetup, bridges: readonly string[], on: boolean): Promise<void> {
  await runIp(
    setup.namespace,
    bridges.map((bridge) => `link set dev ${bridge} type bridge ${tracking(on)}`),
  );
}

const tracking = (on: boolean): string => `nf_call_iptables ${on ? 1 : 0} nf_call_ip6tables ${on ? 1 : 0}`;

/**
 * Plugs the network's namespace into its bridge. The bridge knows the gateway's MAC before the port is up and learns nothing from it:
 * no other port can take that MAC, and no frame to the gateway is flooded to guests or to other hosts.
 */
export async function plugRouterPort(setup: HostSetup, namespace: string, network: DesiredNetwork): Promise<void> {
  const port = routerPortName(network.bridge);
  const { mac, mtu, bridge } = network;
  await runIp(setup.namespace, [
    `link add name ${port} mtu ${mtu} type veth peer name ${GATEWAY_DEVICE} mtu ${mtu} address ${mac} netns ${namespace}`,
    `link set dev ${port} master ${bridge}`,
    `link set dev ${port} type bridge_slave learning off flood off`,
  ]);
  await knowMac(setup, mac, port);
  await runIp(setup.namespace, [`link set dev ${port} up`]);
}

/**
 * The bridge finds this MAC behind this port, and nowhere else. Without `sticky` it would believe a frame that comes by another port before the
 * rules of ports stand, as another host's may when both build a network at once, and send everything there from then on.
 */
export async function knowMac(setup: HostSetup, mac: string, port: string): Promise<void> {
  const entry = [mac, 'dev', port, 'master', 'static', 'sticky'];
  await runCommand('bridge', ['-n', setup.namespace, 'fdb', 'replace', ...entry]);
}
