import { mkdir } from 'node:fs/promises';
import { assertNever } from '#platform/errors/assert-never.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { tryCommand } from '../../../agent/run-command.ts';
import type { Step } from '../../next-steps.ts';
import type { NetworkDriver } from '../driver.ts';
import { makeNetwork, removeNetwork } from './bridge.ts';
import { serveDhcp, stopDhcp, tellDhcp } from './dhcp.ts';
import { setFirewall } from './firewall.ts';
import type { HostSetup } from './host-setup.ts';
import { look } from './look.ts';
import { serveMetadata, stopMetadata } from './metadata-process.ts';
import { prepareHost } from './namespace.ts';
import { carries, kernelHasVlan, segmentProblem } from './segment.ts';
import { plugTaps, unplugTaps } from './taps.ts';

/** This host's own networks: bridges, taps, nftables, dnsmasq, in a network namespace of the agent's. */
export function createLinuxDriver(setup: HostSetup): NetworkDriver {
  let hasVlan = false;
  return {
    name: 'linux driver',
    hostNames: [setup.hostName],
    hasUplink: setup.uplink !== null,
    start: async () => {
      await checkPrograms(setup);
      hasVlan = await kernelHasVlan();
      await mkdir(setup.runtimeDir, { recursive: true, mode: 0o755 });
    },
    drain: async () => undefined,
    // What stands on the host stays: guests live on without the agent.
    stop: async () => undefined,
    problemWith: (network) => segmentProblem(setup, network, hasVlan),
    carries: (network) => carries(setup, network),
    look: () => look(setup),
    carryOut: (_hostName, step) => carryOut(setup, step),
  };
}

function carryOut(setup: HostSetup, step: Step): Promise<void> {
  switch (step.kind) {
    case 'prepare-host':
      return prepareHost(setup);
    case 'make-network':
      return makeNetwork(setup, step.desired, step.observed);
    case 'set-firewall':
      return setFirewall(setup, step.desired);
    case 'plug-taps':
      return plugTaps(setup, step.bridge, step.mtu, step.taps);
    case 'serve-dhcp':
      return serveDhcp(setup, step.desired);
    case 'tell-dhcp':
      return tellDhcp(setup, step.desired);
    case 'serve-metadata':
      return serveMetadata(setup, step.desired);
    case 'unplug-taps':
      return unplugTaps(setup, step.taps);
    case 'stop-dhcp':
      return stopDhcp(setup, step.bridge);
    case 'remove-network':
      return removeNetwork(setup, step.bridge, step.slot);
    case 'stop-metadata':
      return stopMetadata(setup);
    default:
      return assertNever(step);
  }
}

async function checkPrograms(setup: HostSetup): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new VolvoxError('unavailable', 'The network agent makes devices and rules, so it must run as root.');
  }
  const programs = [
    ['ip', '-V'],
    ['bridge', '-V'],
    ['nft', '--version'],
    [setup.dnsmasqPath, '--version'],
  ] as const;
  for (const [program, argument] of programs) {
    await tryCommand(program, [argument]).catch((cause) => {
      throw new VolvoxError(
        'unavailable',
        `The program ${program} is missing (Debian: iproute2, nftables, dnsmasq-base).`,
        {
          cause,
        },
      );
    });
  }
}
