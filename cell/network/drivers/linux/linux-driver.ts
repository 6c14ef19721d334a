import { mkdir } from 'node:fs/promises';
import { assertNever } from '#platform/errors/assert-never.ts';
import { VolvoxError } from '#platform/errors/volvox-error.ts';
import { tryCommand } from '../../../agent/run-command.ts';
import type { Step } from '../../next-steps.ts';
import type { NetworkDriver } from '../driver.ts';
import { makeNetwork, removeNetwork } from './bridge.ts';
import { serveDhcp, stopDhcp, tellDhcp } from './dhcp.ts';
import { setFirewall } from './firewall.ts';
import { look } from './look.ts';
import { serveMetadata, stopMetadata } from './metadata-process.ts';
import { prepareHost } from './namespace.ts';
import type { Place } from './place.ts';
import { carries, kernelHasVlan, segmentProblem } from './segment.ts';
import { plugTaps, unplugTaps } from './taps.ts';

/** This host's own networks: bridges, taps, nftables, dnsmasq, in a network namespace of the agent's. */
export function createLinuxDriver(place: Place): NetworkDriver {
  let hasVlan = false;
  return {
    name: 'linux driver',
    hostNames: [place.hostName],
    hasUplink: place.uplink !== null,
    start: async () => {
      await checkPrograms(place);
      hasVlan = await kernelHasVlan();
      await mkdir(place.runtimeDir, { recursive: true, mode: 0o755 });
    },
    drain: async () => undefined,
    // What stands on the host stays: guests live on without the agent.
    stop: async () => undefined,
    problemWith: (network) => segmentProblem(place, network, hasVlan),
    carries: (network) => carries(place, network),
    look: () => look(place),
    carryOut: (_hostName, step) => carryOut(place, step),
  };
}

function carryOut(place: Place, step: Step): Promise<void> {
  switch (step.kind) {
    case 'prepare-host':
      return prepareHost(place);
    case 'make-network':
      return makeNetwork(place, step.wanted, step.found);
    case 'set-firewall':
      return setFirewall(place, step.wanted);
    case 'plug-taps':
      return plugTaps(place, step.bridge, step.mtu, step.taps);
    case 'serve-dhcp':
      return serveDhcp(place, step.wanted);
    case 'tell-dhcp':
      return tellDhcp(place, step.wanted);
    case 'serve-metadata':
      return serveMetadata(place, step.wanted);
    case 'unplug-taps':
      return unplugTaps(place, step.taps);
    case 'stop-dhcp':
      return stopDhcp(place, step.bridge);
    case 'remove-network':
      return removeNetwork(place, step.bridge, step.slot);
    case 'stop-metadata':
      return stopMetadata(place);
    default:
      return assertNever(step);
  }
}

async function checkPrograms(place: Place): Promise<void> {
  if (process.getuid?.() !== 0) {
    throw new VolvoxError('unavailable', 'The network agent makes devices and rules, so it must run as root.');
  }
  const programs = [
    ['ip', '-V'],
    ['bridge', '-V'],
    ['nft', '--version'],
    [place.dnsmasqPath, '--version'],
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
