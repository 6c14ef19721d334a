import type { RemoteGroup } from './desired-groups.ts';
import type { DesiredHost, DesiredNetwork, DesiredPort } from './desired-host.ts';
import type { DesiredRouter } from './desired-routers.ts';
import { type Shape, shapeName } from './desired-traffic.ts';
import type { ObservedHost, ObservedNamespace, ObservedNetwork, ObservedRouter } from './observed-host.ts';
import type { WayIn } from './ways-in.ts';

/** `vlan`: of a subport. */
export interface PluggedTap {
  readonly name: string;
  /** As it is to be, but perhaps not in its bridge. */
  readonly exists: boolean;
  /** Another device has its name: of a subport that has another tag now, or that is no subport any more, or was none. */
  readonly replaces?: true;
  readonly vlan?: { readonly tap: string; readonly id: number };
}

/** A tap, and how what comes to it is to be shaped; null: not at all. */
export interface TapShape {
  readonly name: string;
  readonly shape: Shape | null;
}

/** One thing that a driver can do. Steps with a `bridge` are about one network, those with a `router` about one router; the others are about the whole host. */
export type Step =
  | { readonly kind: 'prepare-host' }
  | {
      readonly kind: 'make-network';
      readonly bridge: string;
      readonly desired: DesiredNetwork;
      readonly observed: ObservedNetwork | null;
    }
  | {
      readonly kind: 'make-router';
      readonly router: string;
      readonly desired: DesiredRouter;
      readonly observed: ObservedRouter | null;
    }
  | { readonly kind: 'track-connections'; readonly bridges: readonly string[]; readonly on: boolean }
  | { readonly kind: 'set-firewall'; readonly desired: DesiredHost }
  | { readonly kind: 'set-limits'; readonly desired: Pick<DesiredHost, 'networks' | 'limits'> }
  | { readonly kind: 'set-members'; readonly groups: readonly RemoteGroup[] }
  | {
      readonly kind: 'plug-taps';
      readonly bridge: string;
      readonly mtu: number;
      readonly taps: readonly PluggedTap[];
    }
  | { readonly kind: 'shape-taps'; readonly bridge: string; readonly taps: readonly TapShape[] }
  | { readonly kind: 'serve-dhcp'; readonly bridge: string; readonly desired: DesiredNetwork }
  | { readonly kind: 'tell-dhcp'; readonly bridge: string; readonly desired: DesiredNetwork }
  | { readonly kind: 'serve-metadata'; readonly desired: DesiredHost }
  | { readonly kind: 'set-floating'; readonly desired: readonly Omit<WayIn, 'tap'>[] }
  | { readonly kind: 'unplug-taps'; readonly taps: readonly string[] }
  | { readonly kind: 'stop-dhcp'; readonly bridge: string }
  | { readonly kind: 'remove-router'; readonly router: string }
  | { readonly kind: 'remove-network'; readonly bridge: string; readonly slot: number | null }
  | { readonly kind: 'stop-metadata' };

/**
 * The steps from the observed to the desired state of a host; empty when they are equal. Pure. Steps are in an order in
 * which nothing is ever open: rules stand before a tap is plugged, and a tap without rules passes nothing.
 */
export function nextSteps(desired: DesiredHost, observed: ObservedHost): readonly Step[] {
  const leaving = tapsToUnplug(desired, observed);
  const staying = bridgesToKeep(desired, observed, leaving);
  return [
    ...(observed.prepared ? [] : [{ kind: 'prepare-host' } as const]),
    ...desired.networks.flatMap((network) => makeNetwork(network, desired, observed)),
    ...makeRouters(desired, observed),
    ...trackConnections(desired, observed),
    ...setFirewall(desired, observed),
    ...untrackConnections(desired, observed),
    ...setLimits(desired, observed),
    ...desired.networks.flatMap((network) => plugTaps(network, observed, 'taps')),
    ...desired.networks.flatMap((network) => plugTaps(network, observed, 'subports')),
    ...desired.networks.flatMap((network) => shapeTaps(network, desired, observed)),
    ...desired.networks.flatMap((network) => serveDhcp(network, observed)),
    ...(desired.metadata === null || desired.metadata === observed.metadata
      ? []
      : [{ kind: 'serve-metadata', desired } as const]),
    ...setFloating(desired, observed),
    ...(leaving.length === 0 ? [] : [{ kind: 'unplug-taps', taps: leaving } as const]),
    ...observed.dhcp
      .filter(
        ({ bridge }) => !staying.has(bridge) || desired.networks.some((n) => n.bridge === bridge && n.dhcp === null),
      )
      .map(({ bridge }) => ({ kind: 'stop-dhcp', bridge }) as const),
    ...removeRouters(desired, observed),
    ...observed.networks
      .filter(({ bridge }) => !staying.has(bridge))
      .map(({ bridge, slot }) => ({ kind: 'remove-network', bridge, slot }) as const),
    ...(desired.metadata === null && observed.metadata !== null && staying.size === 0
      ? [{ kind: 'stop-metadata' } as const]
      : []),
  ];
}

/** A step that fails keeps back those of the same subject; '': the host itself, and with it all. */
export function subjectOf(step: Step): string {
  if ('bridge' in step) return step.bridge;
  if ('router' in step) return step.router;
  return step.kind === 'set-floating' ? step.kind : '';
}

/** Steps without which a port of this network does not work; a router that cannot be made is none of a port's. */
export const stepsFor = (bridge: string, steps: readonly Step[]): readonly Step[] =>
  steps.filter((step) => {
    if (step.kind === 'unplug-taps' || step.kind === 'stop-metadata') return false;
    return subjectOf(step) === '' || subjectOf(step) === bridge;
  });

function tapsToUnplug(desired: DesiredHost, observed: ObservedHost): readonly string[] {
  const kept = new Set(desired.networks.flatMap(({ ports }) => ports.map(({ tap }) => tap)));
  return observed.taps
    .map(({ name }) => name)
    .filter((tap) => !kept.has(tap) && (desired.complete || desired.goneTaps.has(tap)));
}

function bridgesToKeep(desired: DesiredHost, observed: ObservedHost, leaving: readonly string[]): ReadonlySet<string> {
  const kept = new Set(desired.networks.map(({ bridge }) => bridge));
  if (!knowsDefinitions(desired)) for (const { bridge, reach } of observed.networks) if (reach) kept.add(bridge);
  for (const { name, bridge } of observed.taps) if (bridge !== null && !leaving.includes(name)) kept.add(bridge);
  return kept;
}

/** Routers and limits follow from definitions and from all bindings of the host: who does not know them yet leaves what stands as it is. */
const knowsDefinitions = ({ complete, definitionsKnown }: DesiredHost): boolean => complete && definitionsKnown;

const observedNetwork = (bridge: string, host: ObservedHost): ObservedNetwork | null =>
  host.networks.find((one) => one.bridge === bridge) ?? null;

function makeNetwork(desired: DesiredNetwork, host: DesiredHost, reality: ObservedHost): readonly Step[] {
  const observed = observedNetwork(desired.bridge, reality);
  if (observed !== null && isBuilt(desired, observed)) return [];
  const isUnknown = !host.definitionsKnown && desired.routing === null && observed?.reach === true;
  return isUnknown && stays(desired, observed)
    ? []
    : [{ kind: 'make-network', bridge: desired.bridge, desired, observed }];
}

/** Its namespace is not made anew. */
const stays = (desired: DesiredNetwork, observed: ObservedNetwork | null): boolean =>
  observed?.connected === true && observed.slot === desired.slot;

function isBuilt(desired: DesiredNetwork, observed: ObservedNetwork): boolean {
  return (
    observed.up === desired.up &&
    observed.mtu === desired.mtu &&
    observed.segmentDevice === (desired.segment?.device ?? null) &&
    stays(desired, observed) &&
    observed.outside === desired.outside &&
    observed.reach === (desired.routing !== null) &&
    observed.form === desired.form &&
    (observed.inside === null || isAsMade(desired, observed.inside))
  );
}

/** A network's namespace that is made anew has lost its transits to routers. */
function makeRouters(desired: DesiredHost, reality: ObservedHost): readonly Step[] {
  return desired.routers.flatMap((router) => {
    const observed = reality.routers.find((one) => one.router === router.part) ?? null;
    const isWhole = router.legs.every((leg) => {
      const network = desired.networks.find(({ bridge }) => bridge === leg.bridge);
      const there = observedNetwork(leg.bridge, reality);
      return network !== undefined && stays(network, there) && hasRoutes(there, leg.routes);
    });
    return observed !== null && isWhole && isRouterBuilt(router, observed)
      ? []
      : [{ kind: 'make-router', router: router.part, desired: router, observed } as const];
  });
}

const hasRoutes = (network: ObservedNetwork | null, routes: readonly string[]): boolean =>
  routes.every((route) => network?.inside?.routes.includes(route) !== false);

const isRouterBuilt = (desired: DesiredRouter, { slot, form, outside, inside }: ObservedRouter): boolean =>
  slot === desired.slot &&
  form === desired.form &&
  outside === (desired.outside !== null) &&
  (inside === null ||
    (inside.up &&
      inside.rules === desired.form &&
      sameList(inside.addresses, desired.addresses) &&
      sameList(inside.routes, desired.routes)));

/**
 * After the routers that they lead to. An address is where its guest speaks: the host to which a guest migrates has the port long before the
 * guest. The host's own addresses where it announces are never a guest's.
 */
function setFloating(desired: DesiredHost, { floating, taps, announcesFrom }: ObservedHost): readonly Step[] {
  const speaking = new Set(taps.filter(({ speaks }) => speaks).map(({ name }) => name));
  const due = desired.floating
    .filter(({ address, tap }) => speaking.has(tap) && !announcesFrom.includes(address))
    .map(({ address, router }) => ({ address, router }));
  const own = new Set(desired.floating.map(({ address }) => address));
  const others = floating.flatMap(({ address, router }) =>
    own.has(address) || router === null ? [] : [{ address, router }],
  );
  const all = knowsDefinitions(desired) ? due : [...due, ...others];
  const stand = new Set(floating.map(({ address, router }) => `${address} ${router}`));
  const isSame =
    all.length === floating.length && all.every(({ address, router }) => stand.has(`${address} ${router}`));
  return isSame ? [] : [{ kind: 'set-floating', desired: all }];
}

function removeRouters(desired: DesiredHost, { routers }: ObservedHost): readonly Step[] {
  if (!knowsDefinitions(desired)) return [];
  const kept = new Set(desired.routers.map(({ part }) => part));
  return routers.filter(({ router }) => !kept.has(router)).map(({ router }) => ({ kind: 'remove-router', router }));
}

/** Whether nobody has changed the namespace of a network since the agent made it. */
function isAsMade(desired: DesiredNetwork, inside: ObservedNamespace): boolean {
  return (
    inside.up &&
    inside.mac === desired.mac &&
    inside.mtu === desired.mtu &&
    inside.rules === desired.form &&
    sameList(inside.addresses, desired.addresses) &&
    sameList(inside.destinations, desired.destinations) &&
    inside.sorted === (desired.routing !== null) &&
    // Routes by a transit are the router's to mend.
    sameList(
      inside.routes.filter((route) => !isByTransit(route)),
      desired.routing?.routes ?? [],
    )
  );
}

/** Who knows of nothing yet leaves the rules of those who are there alone. */
function setFirewall(desired: DesiredHost, observed: ObservedHost): readonly Step[] {
  const { groups } = desired;
  const knowsNothing =
    (!desired.complete && desired.networks.length === 0 && desired.goneTaps.size === 0) ||
    (groups?.known === false && observed.groups !== null);
  const knowsLess = !desired.definitionsKnown && observed.routers.length > 0;
  if ((knowsNothing || knowsLess) && observed.firewall !== null) return [];
  if (desired.firewall !== observed.firewall || groups?.sum !== observed.groups?.sum) {
    return [{ kind: 'set-firewall', desired }];
  }
  const changed = groups?.remotes.filter(({ id, sum }) => observed.groups?.members[id] !== sum) ?? [];
  return changed.length === 0 ? [] : [{ kind: 'set-members', groups: changed }];
}

/** Before rules that need it, also of bridges that the next step makes: no rule of groups is asked yet. */
function trackConnections(desired: DesiredHost, observed: ObservedHost): readonly Step[] {
  if (desired.groups === null) return [];
  const bridges = observed.networks.filter(({ up, tracked }) => up && !tracked).map(({ bridge }) => bridge);
  return bridges.length === 0 ? [] : [{ kind: 'track-connections', bridges, on: true }];
}

/** After the rules that needed it. */
function untrackConnections(desired: DesiredHost, observed: ObservedHost): readonly Step[] {
  if (desired.groups !== null) return [];
  const bridges = observed.networks.filter(({ tracked }) => tracked).map(({ bridge }) => bridge);
  return bridges.length === 0 ? [] : [{ kind: 'track-connections', bridges, on: false }];
}

/** Subports come after all taps, because each is made on one. */
function plugTaps(desired: DesiredNetwork, observed: ObservedHost, which: 'taps' | 'subports'): readonly Step[] {
  const ports = desired.ports.filter(({ vlan }) => (vlan !== undefined) === (which === 'subports'));
  const missing = ports.flatMap(({ tap, vlan }): PluggedTap[] => {
    const there = observed.taps.find(({ name }) => name === tap);
    const exists = isTapOf(vlan, there);
    const isPlugged = exists && there.bridge === desired.bridge && there.up && there.mtu === desired.mtu;
    const replaces = there !== undefined && !exists ? { replaces: true as const } : {};
    return isPlugged ? [] : [{ name: tap, exists, ...replaces, ...(vlan === undefined ? {} : { vlan }) }];
  });
  return missing.length === 0 ? [] : [{ kind: 'plug-taps', bridge: desired.bridge, mtu: desired.mtu, taps: missing }];
}

/** Whether it stands on the tap and by the tag that a subport has, or is a tap itself. */
const isTapOf = (
  vlan: DesiredPort['vlan'],
  there: ObservedHost['taps'][number] | undefined,
): there is ObservedHost['taps'][number] =>
  there !== undefined && there.vlan?.tap === vlan?.tap && there.vlan?.id === vlan?.id;

/** Who does not know all limits yet leaves those that stand. */
function setLimits(desired: DesiredHost, observed: ObservedHost): readonly Step[] {
  if (desired.limits === observed.limits) return [];
  if (observed.limits !== null && !knowsDefinitions(desired)) return [];
  return [{ kind: 'set-limits', desired }];
}

/** A tap that was made anew has lost its shape. */
function shapeTaps(network: DesiredNetwork, host: DesiredHost, { taps }: ObservedHost): readonly Step[] {
  const changed = network.ports.flatMap(({ tap, vlan, traffic }): readonly TapShape[] => {
    const shape = traffic?.shape ?? null;
    const there = taps.find(({ name }) => name === tap);
    const stands = isTapOf(vlan, there) ? there.shape : null;
    const isSame = stands === (shape === null ? null : shapeName(shape));
    return isSame || (stands !== null && !knowsDefinitions(host)) ? [] : [{ name: tap, shape }];
  });
  return changed.length === 0 ? [] : [{ kind: 'shape-taps', bridge: network.bridge, taps: changed }];
}

function serveDhcp(desired: DesiredNetwork, observed: ObservedHost): readonly Step[] {
  if (desired.dhcp === null) return [];
  const running = observed.dhcp.find(({ bridge }) => bridge === desired.bridge);
  // A server in an earlier namespace of the network hears nothing from the new one.
  const rebuilt = !observed.networks.some(({ bridge, connected }) => bridge === desired.bridge && connected);
  if (rebuilt || running?.service !== desired.dhcp.service)
    return [{ kind: 'serve-dhcp', bridge: desired.bridge, desired }];
  if (running?.hosts !== desired.dhcp.hosts) return [{ kind: 'tell-dhcp', bridge: desired.bridge, desired }];
  return [];
}

const isByTransit = (route: string): boolean => / dev via/.test(route);

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index]);
