import { runCommand, tryCommand } from '../../../agent/run-command.ts';
import type { DesiredNetwork } from '../../desired-host.ts';
import {
  metadataTransitName,
  OUTSIDE_DEVICE,
  outsideTransitName,
  reachPortName,
  routerPortName,
  segmentDeviceOf,
} from '../../names.ts';
import { REACH_DEVICE } from '../../network-routing.ts';
import type { ObservedNamespace, ObservedNetwork } from '../../observed-host.ts';
import { knowMac, makeBridge, plugRouterPort } from './bridge.ts';
import {
  GATEWAY_DEVICE,
  type HostSetup,
  METADATA_DEVICE,
  metadataNamespace,
  networkNamespace,
  outsideNamespace,
  TABLE_BASE,
} from './host-setup.ts';
import { runIp, tryIp } from './ip.ts';
import { connectServingEnd, disconnectServingEnd, HANDED_ON, linkLocalNetworkEnd } from './link-local-metadata.ts';
import { lookInside } from './look-inside.ts';
import { networkRules } from './network-rules.ts';
import { connectReach } from './reach.ts';
import { forgetRoutersOf } from './router-files.ts';
import { setRules } from './rule-table.ts';
import { plugSegment } from './segment.ts';
import { writeSettings } from './settings.ts';
import { metadataTransit, outsideTransit } from './transits.ts';

/** It forwards; it answers ARP only for the addresses of the device asked; it believes no guest about routes. */
const SETTINGS: Readonly<Record<string, string>> = {
  'net/ipv4/ip_forward': '1',
  // Each device has the setting of its own: the transits of routers have another.
  'net/ipv4/conf/all/rp_filter': '0',
  'net/ipv4/conf/default/rp_filter': '1',
  'net/ipv4/conf/all/arp_ignore': '1',
  'net/ipv4/conf/all/arp_announce': '2',
  'net/ipv4/conf/all/accept_redirects': '0',
  'net/ipv4/conf/default/accept_redirects': '0',
  'net/ipv4/conf/all/send_redirects': '0',
  'net/ipv4/conf/default/send_redirects': '0',
  'net/ipv4/conf/all/promote_secondaries': '1',
  'net/ipv6/conf/all/forwarding': '1',
  'net/ipv6/conf/default/accept_ra': '0',
  'net/ipv6/conf/default/accept_dad': '0',
  'net/ipv6/conf/default/accept_redirects': '0',
};

/**
 * A network on this host: a bridge, and a namespace of its own for all that has an address: the gateway, DHCP, the way to the metadata
 * server and outside. Networks with the same addresses live side by side, since each has its own routes and its own local addresses.
 *
 * The alias of its metadata transit carries the fingerprint of what it was made from. It is written last: after a crash in between
 * the network counts as not made.
 */
export async function makeNetwork(
  setup: HostSetup,
  desired: DesiredNetwork,
  observed: ObservedNetwork | null,
): Promise<void> {
  const { bridge, segment } = desired;
  const namespace = networkNamespace(setup, bridge);
  const transit = metadataTransitName(bridge);
  await makeBridge(setup, desired, observed !== null);
  const stands = observed?.connected === true && observed.slot === desired.slot;
  if (stands) {
    await runIp(metadataNamespace(setup), [`link set dev ${transit} alias ""`]);
    await runIp(setup.namespace, [`link set dev ${routerPortName(bridge)} mtu ${desired.mtu}`]);
    await knowMac(setup, desired.mac, routerPortName(bridge));
  } else {
    if (observed !== null) await forgetRoutersOf(setup, bridge);
    if (observed !== null) await disconnect(setup, bridge, observed.slot ?? desired.slot);
    await connect(setup, desired);
  }
  await connectOutside(setup, desired, stands && observed.outside);
  await connectReach(setup, namespace, desired, stands && observed.reach);
  await furnish(namespace, desired, stands ? ((await lookInside([namespace]))[0] ?? NOTHING) : NOTHING);
  await connectServingEnd(metadataNamespace(setup), transit, TABLE_BASE + desired.slot);
  await setRules(namespace, `${networkRules(setup, desired)}${HANDED_ON}`);
  const plugged = observed?.segmentDevice ?? null;
  if (segment === null && plugged !== null) await tryIp(setup.namespace, [`link delete dev ${plugged}`]);
  if (segment !== null && plugged !== segment.device) await plugSegment(setup, desired, segment);
  await runIp(metadataNamespace(setup), [`link set dev ${transit} alias ${desired.form}`]);
}

type Furniture = Pick<ObservedNamespace, 'addresses' | 'destinations' | 'routes'>;
const NOTHING: Furniture = { addresses: [], destinations: [], routes: [] };

export async function removeNetwork(setup: HostSetup, bridge: string, slot: number | null): Promise<void> {
  await disconnect(setup, bridge, slot);
  await tryIp(setup.namespace, [`link delete dev ${segmentDeviceOf(bridge)}`, `link delete dev ${bridge}`]);
}

/** Guests keep their bridge; a DHCP server in the namespace hears nothing any more. */
async function disconnect(setup: HostSetup, bridge: string, slot: number | null): Promise<void> {
  await tryIp(setup.namespace, [
    `link delete dev ${routerPortName(bridge)}`,
    `link delete dev ${reachPortName(bridge)}`,
  ]);
  await tryIp(metadataNamespace(setup), [
    `link delete dev ${metadataTransitName(bridge)}`,
    ...(slot === null ? [] : [`rule delete ${replyRule(slot)}`]),
  ]);
  await disconnectServingEnd(metadataNamespace(setup), metadataTransitName(bridge));
  if (setup.uplink !== null) await tryIp(outsideNamespace(setup), [`link delete dev ${outsideTransitName(bridge)}`]);
  await tryCommand('ip', ['netns', 'delete', networkNamespace(setup, bridge)]);
}

async function connect(setup: HostSetup, desired: DesiredNetwork): Promise<void> {
  const namespace = networkNamespace(setup, desired.bridge);
  await runCommand('ip', ['netns', 'add', namespace]);
  await writeSettings(namespace, SETTINGS);
  await plugRouterPort(setup, namespace, desired);
  const device = metadataTransitName(desired.bridge);
  const { servingEnd, networkEnd } = metadataTransit(desired.slot);
  await runIp(metadataNamespace(setup), [
    `link add name ${device} type veth peer name ${METADATA_DEVICE} netns ${namespace}`,
    `address add ${servingEnd}/31 dev ${device}`,
    `link set dev ${device} up`,
    `route replace default via ${networkEnd} dev ${device} onlink table ${TABLE_BASE + desired.slot}`,
    `rule add ${replyRule(desired.slot)}`,
  ]);
}

/** The metadata server answers a network by the transit whose address was asked, whatever address the guest has. */
const replyRule = (slot: number): string =>
  `priority 900 from ${metadataTransit(slot).servingEnd} lookup ${TABLE_BASE + slot}`;

async function connectOutside(setup: HostSetup, desired: DesiredNetwork, stands: boolean): Promise<void> {
  if (setup.uplink === null || stands === desired.outside) return;
  const device = outsideTransitName(desired.bridge);
  // Also one that was begun and is not up.
  await tryIp(outsideNamespace(setup), [`link delete dev ${device}`]);
  if (!desired.outside) return;
  await runIp(outsideNamespace(setup), [
    `link add name ${device} type veth peer name ${OUTSIDE_DEVICE} netns ${networkNamespace(setup, desired.bridge)}`,
    `address add ${outsideTransit(desired.slot).servingEnd}/31 dev ${device}`,
    `link set dev ${device} up`,
  ]);
}

/** Addresses and routes of the network, and no others than those of its transits. */
async function furnish(namespace: string, desired: DesiredNetwork, before: Furniture): Promise<void> {
  const outside = [
    `address replace ${outsideTransit(desired.slot).networkEnd}/31 dev ${OUTSIDE_DEVICE}`,
    `link set dev ${OUTSIDE_DEVICE} up`,
  ];
  const byReach = desired.routing?.routes ?? [];
  await runIp(namespace, [
    'link set dev lo up',
    `address replace ${metadataTransit(desired.slot).networkEnd}/31 dev ${METADATA_DEVICE}`,
    `link set dev ${METADATA_DEVICE} up`,
    ...linkLocalNetworkEnd,
    ...(desired.outside ? outside : []),
    `link set dev ${GATEWAY_DEVICE} address ${desired.mac} mtu ${desired.mtu} up`,
    ...without(before.addresses, desired.addresses).map((one) => `address delete ${one} dev ${GATEWAY_DEVICE}`),
    ...without(desired.addresses, before.addresses).map(addAddress),
    ...without(before.destinations, desired.destinations).map((one) => `route delete ${one}`),
    ...desired.destinations.map((one) => `route replace ${route(one, desired.slot)}`),
    // Those by a transit are the router's.
    ...without(before.routes, byReach)
      .filter(isByReach)
      .map((one) => `route delete ${one}`),
    ...without(byReach, before.routes)
      .toSorted(nextHopsFirst)
      .map((one) => `route replace ${one}`),
  ]);
}

/** A route by a next hop needs the way to it. */
const nextHopsFirst = (a: string, b: string): number => Number(a.includes(' via ')) - Number(b.includes(' via '));

const isByReach = (route: string): boolean => route.includes(` dev ${REACH_DEVICE}`);

const without = (list: readonly string[], others: readonly string[]): readonly string[] =>
  list.filter((one) => !others.includes(one));

const addAddress = (address: string): string =>
  `address add ${address} dev ${GATEWAY_DEVICE} noprefixroute${address.includes(':') ? ' nodad' : ''}`;

const route = (destination: string, slot: number): string =>
  destination === 'default'
    ? `default via ${outsideTransit(slot).servingEnd} dev ${OUTSIDE_DEVICE}`
    : `${destination} dev ${GATEWAY_DEVICE}`;
