import { createHash } from 'node:crypto';
import { HOST_MACS } from '#platform/objects/host-macs.ts';
import { tapName } from '#platform/objects/network.ts';

/** Kernel names take 15 characters. Taps are named by `tapName`; the rest is named here. */
export const bridgeName = (networkId: string): string => `brq${networkId.slice(0, 11)}`;
/** The device that carries a network to other hosts. */
export const segmentName = (networkId: string): string => `seg${networkId.slice(0, 11)}`;

/** The bridge's end of the pair of devices that leads into the network's own namespace. */
export const routerPortName = (bridge: string): string => `rtr${partOf(bridge)}`;
/** The metadata namespace's end of a network's transit to it. */
export const metadataTransitName = (bridge: string): string => `mdt${partOf(bridge)}`;
/** The outside namespace's end of a network's transit to it. */
export const outsideTransitName = (bridge: string): string => `out${partOf(bridge)}`;
/** The bridge's end of the pair of devices by which routed packets reach its guests. */
export const reachPortName = (bridge: string): string => `rch${partOf(bridge)}`;

/** A router's id in names, 11 characters of it. */
export const routerPart = (routerId: string): string => routerId.slice(0, 11);
/** The transit between a router and a network: its end in the network's namespace. */
export const routerTransitName = (router: string): string => `via${router}`;
/** Its end in the router's namespace. */
export const routerLegName = (bridge: string): string => `net${partOf(bridge)}`;
/** The way to the outside, in the namespace of a network or a router. */
export const OUTSIDE_DEVICE = 'outside';
/** The outside namespace's end of a router's transit to it. */
export const routerOutsideName = (router: string): string => `gwy${router}`;
/** The router, by 11 characters of its id, whose transit to the outside this is; null: it is none. */
export const routerOfOutsideName = (device: string): string | null =>
  device.startsWith('gwy') && isRouterPart(device.slice(3)) ? device.slice(3) : null;

export const segmentDeviceOf = (bridge: string): string => `seg${partOf(bridge)}`;

/** The bridge of the network whose transit or bridge port this is; null: it is none of these. */
export function bridgeOfDevice(name: string): string | null {
  const bridge = `brq${name.slice(3)}`;
  return /^(rtr|rch|mdt|out)/.test(name) && isBridgeName(bridge) ? bridge : null;
}

/** The network's id in names, 11 characters of it. */
export const partOf = (bridge: string): string => bridge.slice(3);

export const isBridgeName = (name: string): boolean => /^brq[0-9a-f]{8}-[0-9a-f]{2}$/.test(name);
export const isRouterPart = (text: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{2}$/.test(text);
export const isTapName = (name: string): boolean => /^tap[0-9a-f]{8}-[0-9a-f]{2}$/.test(name);
export { tapName };

/** The gateway of a network has the same MAC on every host, so that a guest that moves keeps its gateway. */
export const gatewayMac = (networkId: string): string => macOf(HOST_MACS.gateway, networkId);

/** The MAC from which routed packets come to guests: that of one network on one host. */
export const reachMac = (networkId: string, hostName: string): string =>
  macOf(HOST_MACS.reach, `${networkId} ${hostName}`);

/** The MAC of a network's bridge. Nothing sends to it: a bridge has no address. */
export const bridgeMac = (bridge: string): string => macOf(HOST_MACS.bridge, bridge);

function macOf(prefix: string, text: string): string {
  const digits = createHash('sha256').update(text).digest('hex');
  return `${prefix}:${[0, 2, 4, 6, 8].map((at) => digits.slice(at, at + 2)).join(':')}`;
}

/** A short name of a value: equal values, equal names. */
export const fingerprint = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
