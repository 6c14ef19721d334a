import { readFile } from 'node:fs/promises';
import { assertNever } from '#platform/errors/assert-never.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import type { SegmentType } from '#platform/objects/network.ts';
import { type Clock, systemClock } from '#platform/time/clock.ts';
import type { RemoteGroup } from '../../desired-groups.ts';
import type { DesiredHost, DesiredNetwork } from '../../desired-host.ts';
import type { DesiredRouter } from '../../desired-routers.ts';
import { shapeName } from '../../desired-traffic.ts';
import { routerTransitName } from '../../names.ts';
import type { Step } from '../../next-steps.ts';
import {
  NOTHING_OBSERVED,
  type ObservedGroups,
  type ObservedHost,
  type ObservedNetwork,
  type ObservedRouter,
} from '../../observed-host.ts';
import type { NetworkDriver } from '../driver.ts';

export interface SimulationOptions {
  readonly hostNames: readonly string[];
  readonly plugMs: number;
  readonly failHosts: readonly string[];
  readonly hangHosts: readonly string[];
  readonly failPercent: number;
  /** A file that makes all hosts say that they cannot work, with its text, as long as it exists. null: none. */
  readonly problemFile?: string | null;
  /** Whether the hosts enforce security groups; off unless it is given. */
  readonly securityGroups?: boolean;
  /** Why ports cannot be subports there; they can unless it is given. */
  readonly subportProblem?: string | null;
  /** The types of networks that the hosts carry: all unless they are given. */
  readonly segmentTypes?: readonly SegmentType[];
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** Hosts in memory: the same looks, steps and faults as on a real one, and nothing outside the process. See README.md. */
export function createFakeDriver(options: SimulationOptions): NetworkDriver {
  const { clock = systemClock, random = Math.random } = options;
  const hosts = new Map(options.hostNames.map((name) => [name, NOTHING_OBSERVED]));
  const stopped = new AbortController();
  const look = (hostName: string): ObservedHost => hosts.get(hostName) ?? NOTHING_OBSERVED;

  const misbehave = async (hostName: string): Promise<void> => {
    if (options.plugMs > 0) await clock.sleep(options.plugMs, stopped.signal);
    if (options.hangHosts.includes(hostName)) await ended(stopped.signal);
    if (options.failHosts.includes(hostName) || random() * 100 < options.failPercent) {
      throw new VolvoxError('internal', `Simulated fault: ${hostName} does not plug.`);
    }
  };
  return {
    name: 'fake driver',
    hostNames: options.hostNames,
    hasUplink: false,
    blockedRanges: [],
    connectionsPerGuest: 0,
    enforcesGroups: options.securityGroups ?? false,
    start: async () => undefined,
    drain: async () => undefined,
    stop: async () => stopped.abort(),
    problem: async () => problemIn(options.problemFile ?? null),
    segmentTypes: () => options.segmentTypes ?? ['flat', 'vlan', 'vxlan'],
    problemWith: () => null,
    subportProblem: () => options.subportProblem ?? null,
    carries: () => false,
    look: async (hostName) => look(hostName),
    carryOut: async (hostName, step) => {
      if (step.kind === 'plug-taps') await misbehave(hostName);
      hosts.set(hostName, after(look(hostName), step));
    },
  };
}

async function problemIn(file: string | null): Promise<string | null> {
  if (file === null) return null;
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

/** The host after a step. */
function after(host: ObservedHost, step: Step): ObservedHost {
  switch (step.kind) {
    case 'prepare-host':
      return { ...host, prepared: true };
    case 'make-network':
      return {
        ...host,
        networks: [...without(host.networks, step.bridge), networkOf(step.desired, transitRoutes(step.observed))],
      };
    case 'make-router':
      return {
        ...host,
        networks: joined(host.networks, step.router, step.desired.legs),
        routers: [...withoutRouter(host.routers, step.router), routerOf(step.desired)],
      };
    case 'set-firewall':
      return { ...host, firewall: step.desired.firewall, groups: groupsOf(step.desired) };
    case 'set-limits':
      return { ...host, limits: step.desired.limits };
    case 'set-members':
      return {
        ...host,
        groups: { sum: host.groups?.sum ?? null, members: { ...host.groups?.members, ...membersOf(step.groups) } },
      };
    case 'track-connections':
      return {
        ...host,
        networks: host.networks.map((one) => (step.bridges.includes(one.bridge) ? { ...one, tracked: step.on } : one)),
      };
    case 'plug-taps': {
      const names = step.taps.map(({ name }) => name);
      const shapes = new Map(host.taps.map(({ name, shape }) => [name, shape]));
      const plugged = step.taps.map(({ name, vlan, exists }) => ({
        ...{ name, bridge: step.bridge, up: true, mtu: step.mtu, speaks: true },
        shape: exists ? (shapes.get(name) ?? null) : null,
        ...(vlan === undefined ? {} : { vlan }),
      }));
      return { ...host, taps: [...host.taps.filter(({ name }) => !names.includes(name)), ...plugged] };
    }
    case 'shape-taps': {
      const shapes = new Map(step.taps.map(({ name, shape }) => [name, shape === null ? null : shapeName(shape)]));
      return {
        ...host,
        taps: host.taps.map((tap) => ({
          ...tap,
          shape: shapes.has(tap.name) ? (shapes.get(tap.name) ?? null) : tap.shape,
        })),
      };
    }
    case 'serve-dhcp':
    case 'tell-dhcp':
      return step.desired.dhcp === null
        ? host
        : { ...host, dhcp: [...without(host.dhcp, step.bridge), { bridge: step.bridge, ...step.desired.dhcp }] };
    case 'serve-metadata':
      return { ...host, metadata: step.desired.metadata };
    case 'set-floating':
      return { ...host, floating: step.desired };
    case 'unplug-taps':
      // What is on a tap goes with it.
      return {
        ...host,
        taps: host.taps.filter(({ name, vlan }) => !step.taps.includes(name) && !step.taps.includes(vlan?.tap ?? '')),
      };
    case 'stop-dhcp':
      return { ...host, dhcp: without(host.dhcp, step.bridge) };
    case 'remove-router':
      return {
        ...host,
        networks: joined(host.networks, step.router, []),
        routers: withoutRouter(host.routers, step.router),
      };
    case 'remove-network':
      return { ...host, networks: without(host.networks, step.bridge) };
    case 'stop-metadata':
      return { ...host, metadata: null };
    default:
      return assertNever(step);
  }
}

const without = <T extends { readonly bridge: string }>(list: readonly T[], bridge: string): readonly T[] =>
  list.filter((one) => one.bridge !== bridge);

const groupsOf = ({ groups }: DesiredHost): ObservedGroups | null =>
  groups === null ? null : { sum: groups.sum, members: membersOf(groups.remotes) };

const membersOf = (groups: readonly RemoteGroup[]): ObservedGroups['members'] =>
  Object.fromEntries(groups.map(({ id, sum }) => [id, sum]));

/** Routes by the transits of routers, which stay as long as the namespace of the network. */
const transitRoutes = (network: ObservedNetwork | null): readonly string[] =>
  network?.connected === true ? (network.inside?.routes.filter((route) => route.includes(' dev via')) ?? []) : [];

/** The networks, with the routes of a router's legs and no others of it. */
const joined = (
  networks: readonly ObservedNetwork[],
  router: string,
  legs: DesiredRouter['legs'],
): readonly ObservedNetwork[] =>
  networks.map((network) => {
    if (network.inside === null) return network;
    const others = network.inside.routes.filter((route) => !route.includes(` dev ${routerTransitName(router)}`));
    const own = legs.find(({ bridge }) => bridge === network.bridge)?.routes ?? [];
    return { ...network, inside: { ...network.inside, routes: [...others, ...own].sort() } };
  });

const networkOf = (desired: DesiredNetwork, kept: readonly string[]): ObservedNetwork => ({
  ...{ bridge: desired.bridge, mtu: desired.mtu, slot: desired.slot, outside: desired.outside, form: desired.form },
  reach: desired.routing !== null,
  ...{ up: desired.up, connected: true, tracked: desired.tracked },
  segmentDevice: desired.segment?.device ?? null,
  inside: {
    ...{ mac: desired.mac, mtu: desired.mtu, addresses: desired.addresses, destinations: desired.destinations },
    ...{ up: true, rules: desired.form },
    ...{ routes: [...(desired.routing?.routes ?? []), ...kept].sort(), sorted: desired.routing !== null },
  },
});

const withoutRouter = (list: readonly ObservedRouter[], router: string): readonly ObservedRouter[] =>
  list.filter((one) => one.router !== router);

const routerOf = ({ part, slot, form, outside, addresses, routes }: DesiredRouter): ObservedRouter => ({
  ...{ router: part, slot, form, outside: outside !== null },
  inside: { up: true, addresses, routes, rules: form },
});

const ended = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
