import { mkdir } from 'node:fs/promises';
import { assertNever } from '#platform/errors/assert-never.ts';
import type { Step } from '../../next-steps.ts';
import type { NetworkDriver } from '../driver.ts';
import { announceLacks } from './announce.ts';
import { trackConnections } from './bridge.ts';
import { serveDhcp, stopDhcp, tellDhcp } from './dhcp.ts';
import { setFirewall } from './firewall.ts';
import { setFloating } from './floating.ts';
import { setMembers } from './group-members.ts';
import type { HostSetup } from './host-setup.ts';
import { setLimits } from './limit-table.ts';
import { look } from './look.ts';
import { serveMetadata, stopMetadata } from './metadata-process.ts';
import { prepareHost } from './namespace.ts';
import { makeNetwork, removeNetwork } from './network-namespace.ts';
import { probeNetworking } from './probe.ts';
import { rotation } from './rotation.ts';
import { makeRouter, removeRouter } from './router-namespace.ts';
import { carries, type KernelSegments, kernelSegments, noVlans, segmentProblem, segmentTypes } from './segment.ts';
import { shapeTaps } from './shape.ts';
import { plugTaps, unplugTaps } from './taps.ts';

/** How many namespaces of networks, and of routers, a look looks into: what an operator changed in one is found within some passes. */
const LOOK_INTO = 5;

/** This host's own networks: bridges, taps, nftables, dnsmasq, in network namespaces of the agent's. */
export function createLinuxDriver(setup: HostSetup): NetworkDriver {
  let kernel: KernelSegments = { vlan: false, vxlan: false };
  const nextNetworks = rotation(LOOK_INTO);
  const nextRouters = rotation(LOOK_INTO);
  return {
    name: 'linux driver',
    hostNames: [setup.hostName],
    hasUplink: setup.uplink !== null,
    blockedRanges: setup.blockedRanges,
    connectionsPerGuest: setup.connectionsPerGuest,
    enforcesGroups: setup.securityGroups === 'on',
    start: async () => {
      kernel = await kernelSegments();
      await mkdir(setup.runtimeDir, { recursive: true, mode: 0o755 });
    },
    drain: async () => undefined,
    // What stands on the host stays: guests live on without the agent.
    stop: async () => undefined,
    problem: () => problemOf(setup),
    segmentTypes: () => segmentTypes(setup, kernel),
    problemWith: (network) => segmentProblem(setup, network, kernel),
    subportProblem: () => (kernel.vlan ? null : noVlans(setup)),
    carries: (network) => carries(setup, network),
    look: () => look(setup, nextNetworks, nextRouters),
    carryOut: (_hostName, step) => carryOut(setup, step),
  };
}

function carryOut(setup: HostSetup, step: Step): Promise<void> {
  switch (step.kind) {
    case 'prepare-host':
      return prepareHost(setup);
    case 'make-network':
      return makeNetwork(setup, step.desired, step.observed);
    case 'make-router':
      return makeRouter(setup, step.desired, step.observed);
    case 'set-firewall':
      return setFirewall(setup, step.desired);
    case 'set-limits':
      return setLimits(setup, step.desired.networks, step.desired.limits);
    case 'set-members':
      return setMembers(setup, step.groups);
    case 'track-connections':
      return trackConnections(setup, step.bridges, step.on);
    case 'plug-taps':
      return plugTaps(setup, step.bridge, step.mtu, step.taps);
    case 'shape-taps':
      return shapeTaps(setup, step.taps);
    case 'serve-dhcp':
      return serveDhcp(setup, step.desired);
    case 'tell-dhcp':
      return tellDhcp(setup, step.desired);
    case 'serve-metadata':
      return serveMetadata(setup, step.desired);
    case 'set-floating':
      return setFloating(setup, step.desired);
    case 'unplug-taps':
      return unplugTaps(setup, step.taps);
    case 'stop-dhcp':
      return stopDhcp(setup, step.bridge);
    case 'remove-router':
      return removeRouter(setup, step.router);
    case 'remove-network':
      return removeNetwork(setup, step.bridge, step.slot);
    case 'stop-metadata':
      return stopMetadata(setup);
    default:
      return assertNever(step);
  }
}

async function problemOf(setup: HostSetup): Promise<string | null> {
  const lacks = await probeNetworking({ dnsmasqPath: setup.dnsmasqPath, securityGroups: setup.securityGroups });
  const all = [...lacks, ...(await announceLacks(setup))];
  return all.map(({ what, remedy }) => `${what} (${remedy})`).join('; ') || null;
}
