import type { HostFound, NetworkFound } from './host-found.ts';
import type { HostWanted, NetworkWanted } from './host-wanted.ts';

/** One thing that a driver can do. Steps with a `bridge` are about one network; the others are about the whole host. */
export type Step =
  | { readonly kind: 'prepare-host' }
  | {
      readonly kind: 'make-network';
      readonly bridge: string;
      readonly wanted: NetworkWanted;
      readonly found: NetworkFound | null;
    }
  | { readonly kind: 'set-firewall'; readonly wanted: HostWanted }
  | {
      readonly kind: 'plug-taps';
      readonly bridge: string;
      readonly mtu: number;
      readonly taps: readonly { readonly name: string; readonly exists: boolean }[];
    }
  | { readonly kind: 'serve-dhcp'; readonly bridge: string; readonly wanted: NetworkWanted }
  | { readonly kind: 'tell-dhcp'; readonly bridge: string; readonly wanted: NetworkWanted }
  | { readonly kind: 'serve-metadata'; readonly wanted: HostWanted }
  | { readonly kind: 'unplug-taps'; readonly taps: readonly string[] }
  | { readonly kind: 'stop-dhcp'; readonly bridge: string }
  | { readonly kind: 'remove-network'; readonly bridge: string; readonly slot: number | null }
  | { readonly kind: 'stop-metadata' };

/**
 * What has to be done to bring a host from what was found to what is wanted; empty when it is so. Pure. Steps are in an order in
 * which nothing is ever open: rules stand before a tap is plugged, and a tap without rules passes nothing.
 */
export function nextSteps(wanted: HostWanted, found: HostFound): readonly Step[] {
  const leaving = tapsToUnplug(wanted, found);
  const staying = bridgesToKeep(wanted, found, leaving);
  return [
    ...(found.prepared ? [] : [{ kind: 'prepare-host' } as const]),
    ...wanted.networks.flatMap((network) => makeNetwork(network, found)),
    ...setFirewall(wanted, found),
    ...wanted.networks.flatMap((network) => plugTaps(network, found)),
    ...wanted.networks.flatMap((network) => serveDhcp(network, found)),
    ...(wanted.metadata === null || wanted.metadata === found.metadata
      ? []
      : [{ kind: 'serve-metadata', wanted } as const]),
    ...(leaving.length === 0 ? [] : [{ kind: 'unplug-taps', taps: leaving } as const]),
    ...found.dhcp
      .filter(
        ({ bridge }) => !staying.has(bridge) || wanted.networks.some((n) => n.bridge === bridge && n.dhcp === null),
      )
      .map(({ bridge }) => ({ kind: 'stop-dhcp', bridge }) as const),
    ...found.networks
      .filter(({ bridge }) => !staying.has(bridge))
      .map(({ bridge, slot }) => ({ kind: 'remove-network', bridge, slot }) as const),
    ...(wanted.metadata === null && found.metadata !== null && staying.size === 0
      ? [{ kind: 'stop-metadata' } as const]
      : []),
  ];
}

/** Steps without which a port of this network does not work. */
export const stepsFor = (bridge: string, steps: readonly Step[]): readonly Step[] =>
  steps.filter((step) => {
    if (step.kind === 'unplug-taps' || step.kind === 'stop-metadata') return false;
    return 'bridge' in step ? step.bridge === bridge : true;
  });

function tapsToUnplug(wanted: HostWanted, found: HostFound): readonly string[] {
  const kept = new Set(wanted.networks.flatMap(({ ports }) => ports.map(({ tap }) => tap)));
  return found.taps
    .map(({ name }) => name)
    .filter((tap) => !kept.has(tap) && (wanted.complete || wanted.goneTaps.has(tap)));
}

function bridgesToKeep(wanted: HostWanted, found: HostFound, leaving: readonly string[]): ReadonlySet<string> {
  const kept = new Set(wanted.networks.map(({ bridge }) => bridge));
  for (const { name, bridge } of found.taps) if (bridge !== null && !leaving.includes(name)) kept.add(bridge);
  return kept;
}

function makeNetwork(wanted: NetworkWanted, host: HostFound): readonly Step[] {
  const found = host.networks.find(({ bridge }) => bridge === wanted.bridge) ?? null;
  return found !== null && isBuilt(wanted, found)
    ? []
    : [{ kind: 'make-network', bridge: wanted.bridge, wanted, found }];
}

function isBuilt(wanted: NetworkWanted, found: NetworkFound): boolean {
  return (
    found.up &&
    found.mac === wanted.mac &&
    found.mtu === wanted.mtu &&
    found.slot === wanted.slot &&
    found.segmentDevice === (wanted.segment?.device ?? null) &&
    sameList(found.addresses, wanted.addresses) &&
    sameList(found.destinations, wanted.destinations)
  );
}

/** Who knows of nothing yet leaves the rules of those who are there alone. */
function setFirewall(wanted: HostWanted, found: HostFound): readonly Step[] {
  const knowsNothing = !wanted.complete && wanted.networks.length === 0 && wanted.goneTaps.size === 0;
  if (wanted.firewall === found.firewall || (knowsNothing && found.firewall !== null)) return [];
  return [{ kind: 'set-firewall', wanted }];
}

function plugTaps(wanted: NetworkWanted, found: HostFound): readonly Step[] {
  const missing = wanted.ports.flatMap(({ tap }) => {
    const there = found.taps.find(({ name }) => name === tap);
    const plugged = there?.bridge === wanted.bridge && there.up && there.mtu === wanted.mtu;
    return plugged ? [] : [{ name: tap, exists: there !== undefined }];
  });
  return missing.length === 0 ? [] : [{ kind: 'plug-taps', bridge: wanted.bridge, mtu: wanted.mtu, taps: missing }];
}

function serveDhcp(wanted: NetworkWanted, found: HostFound): readonly Step[] {
  if (wanted.dhcp === null) return [];
  const running = found.dhcp.find(({ bridge }) => bridge === wanted.bridge);
  // A server that was bound to a bridge of the same name before hears nothing from the new one.
  const rebuilt = !found.networks.some(({ bridge }) => bridge === wanted.bridge);
  if (rebuilt || running?.service !== wanted.dhcp.service)
    return [{ kind: 'serve-dhcp', bridge: wanted.bridge, wanted }];
  if (running?.hosts !== wanted.dhcp.hosts) return [{ kind: 'tell-dhcp', bridge: wanted.bridge, wanted }];
  return [];
}

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index]);
