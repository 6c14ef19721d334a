import {
  bridgeOfDevice,
  isBridgeName,
  metadataTransitName,
  outsideTransitName,
  reachPortName,
  routerPortName,
  segmentDeviceOf,
} from '../../names.ts';
import type { ObservedNetwork } from '../../observed-host.ts';
import { addressesOf, type Link } from './links.ts';
import { slotOfTransit } from './transits.ts';

interface Found {
  /** Devices of the namespace of layer 2. */
  readonly layer2: readonly Link[];
  readonly metadata: readonly Link[];
  readonly outside: readonly Link[];
  /** Bridges of the networks that have a namespace. */
  readonly namespaces: readonly string[];
}

/** The networks of which anything stands, as far as it is seen without a look into their namespaces. Pure. */
export function observedNetworks(found: Found): readonly Omit<ObservedNetwork, 'inside'>[] {
  const bridges = found.layer2.filter(isBridge).map(({ ifname }) => ifname);
  const ends = [...found.layer2, ...found.metadata, ...found.outside].flatMap(
    ({ ifname }) => bridgeOfDevice(ifname) ?? [],
  );
  return [...new Set([...bridges, ...ends, ...found.namespaces])]
    .sort()
    .map((bridge) => observedNetwork(bridge, found));
}

const isBridge = ({ ifname, linkinfo }: Link): boolean => linkinfo?.info_kind === 'bridge' && isBridgeName(ifname);

function observedNetwork(bridge: string, found: Found): Omit<ObservedNetwork, 'inside'> {
  const named = (links: readonly Link[], name: string) => links.find(({ ifname }) => ifname === name);
  const link = found.layer2.find((one) => one.ifname === bridge && isBridge(one));
  const port = named(found.layer2, routerPortName(bridge));
  const transit = named(found.metadata, metadataTransitName(bridge));
  const [address] = transit === undefined ? [] : addressesOf(transit);
  return {
    bridge,
    mtu: link?.mtu ?? 0,
    up: isUp(link),
    segmentDevice:
      found.layer2.find(({ ifname, master }) => master === bridge && ifname === segmentDeviceOf(bridge))?.ifname ??
      null,
    connected: found.namespaces.includes(bridge) && port?.master === bridge && isUp(port) && isUp(transit),
    tracked: isTracked(link),
    reach:
      named(found.layer2, reachPortName(bridge))?.master === bridge && isUp(named(found.layer2, reachPortName(bridge))),
    outside: isUp(named(found.outside, outsideTransitName(bridge))),
    slot: address === undefined ? null : slotOfTransit(address.slice(0, address.indexOf('/'))),
    form: transit?.ifalias || null,
  };
}

const isTracked = (link: Link | undefined): boolean =>
  link?.linkinfo?.info_data?.nf_call_iptables === 1 && link.linkinfo.info_data.nf_call_ip6tables === 1;

const isUp = (link: Link | undefined): boolean => link?.flags.includes('UP') === true;
