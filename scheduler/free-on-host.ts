import { devicePools, poolsText } from '#platform/objects/fit-devices.ts';
import { type FreeOnHost, guestFitter } from '#platform/objects/fit-guest.ts';
import { freeNodes } from '#platform/objects/free-nodes.ts';
import { changedUse, useOf } from '#platform/objects/guest-placement.ts';
import type { Host } from '#platform/objects/host.ts';
import { freeDevices, withDevices } from '#platform/objects/host-device.ts';
import type { AskedParts, HostView } from './host-view.ts';

type Own = Pick<Host, 'nodes' | 'nodesUsed' | 'devices' | 'devicesUsed' | 'ratios'>;

/** By the report of the host: it is parsed once, not for each request. */
const known = new WeakMap<Host, FreeOnHost>();

/** The CPUs, pages and devices of a host that are free for guests alone, without those of this scheduler's recent decisions. */
export function freeOn({ host, assumedParts }: HostView): FreeOnHost {
  if (assumedParts.length > 0) return freeOf(assumedParts.reduce<Own>(withGuest, host));
  const free = known.get(host) ?? freeOf(host);
  known.set(host, free);
  return free;
}

function freeOf({ nodes = [], nodesUsed = [], devices = [], devicesUsed = [], ratios }: Own): FreeOnHost {
  const pools = devicePools(freeDevices(devices, devicesUsed));
  return { nodes: freeNodes(nodes, nodesUsed), devices: pools, devicesText: poolsText(pools), ratios };
}

/** A host with one guest more, for which its cell would choose. If the guest does not fit any more, it will go elsewhere. */
export function withGuest<H extends Own>(host: H, { topology, devices }: AskedParts): H {
  const chosen = guestFitter(topology, devices).choose(freeOf(host));
  if (typeof chosen === 'string') return host;
  return {
    ...host,
    ...(chosen.placement === null ? {} : { nodesUsed: changedUse(host.nodesUsed ?? [], useOf(chosen.placement), 1) }),
    ...(chosen.devices.length === 0 ? {} : { devicesUsed: [...withDevices(host.devicesUsed ?? [], chosen.devices)] }),
  };
}

/** How many devices of the host are free. */
export const devicesLeft = (view: HostView): number =>
  view.host.devices === undefined ? 0 : freeOn(view).devices.reduce((sum, { devices }) => sum + devices.length, 0);

/** How many devices of each resource class a host has, free or not, as text. */
export function deviceInventory({ devices = [] }: Pick<Host, 'devices'>): string {
  if (devices.length === 0) return '';
  const counts = new Map<string, number>();
  for (const { resourceClass } of devices) counts.set(resourceClass, (counts.get(resourceClass) ?? 0) + 1);
  return JSON.stringify([...counts].sort());
}
