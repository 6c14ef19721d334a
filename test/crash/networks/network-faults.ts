import { setTimeout as delay } from 'node:timers/promises';
import type { LocalRegion } from '../../../deploy/local/region.ts';
import { killDhcpServers } from '../../federation/reach/kill-dhcp-servers.ts';
import { killNow } from '../../support/strikes.ts';
import { CRASH_FAULTS, type CrashFault } from '../crash-faults.ts';
import { namespacesOf } from './host-dump.ts';
import type { NetworkWorld } from './network-world.ts';

/** A fault that strikes a region with real networks. `release` is called when it is in effect, and sends the rest of the changes. */
export interface NetworkFault extends Pick<CrashFault, 'name' | 'title'> {
  /** Returns when the fault's end has come: a killed process was killed, a frozen one goes on. */
  strike(world: NetworkWorld, release: () => Promise<void>): Promise<void>;
}

/** Shorter than an agent may be silent. */
const FROZEN_MS = 12_000;
const AGENTS = (cell: string): RegExp => new RegExp(`^${cell}(-\\d+)?-(compute|network)$`);

/** Those of operations, but for disks between hosts and the worker of an operation: that of definitions is the super-conductor. */
const SHARED = CRASH_FAULTS.filter(({ name }) => !['worker', 'cut', 'source-agents', 'target-agents'].includes(name));

export const NETWORK_FAULTS: readonly NetworkFault[] = [
  killing('api', 'api', /^api$/),
  ...SHARED.map(({ name, title, strike }) => ({
    ...{ name, title },
    strike: ({ region }: NetworkWorld, release: () => Promise<void>) => strike(region.region, [], release),
  })),
  killing('source-agents', 'source agents', AGENTS('cell-1')),
  killing('target-agents', 'target agents', AGENTS('cell-2')),
  killing('all', 'all at once', /-(compute|network|conductor)$|^(api|scheduler|super-conductor)$/),
  {
    name: 'dnsmasq',
    title: 'DHCP servers',
    strike: async ({ hosts }, release) => {
      await killDhcpServers((await Promise.all(hosts.map(namespacesOf))).flat());
      await release();
    },
  },
  freezing('api-frozen', 'api frozen, 12 s', /^api$/),
  freezing('super-conductor-frozen', 'super-conductor frozen, 12 s', /^super-conductor$/),
  freezing('conductor-frozen', 'source conductor frozen, 12 s', /^cell-1-conductor$/),
  freezing('agents-frozen', 'source agents frozen, 12 s', AGENTS('cell-1')),
];

const matching = (region: LocalRegion, names: RegExp): string[] =>
  region.processes.matching(names).map(({ spec }) => spec.name);

function killing(name: string, title: string, processes: RegExp): NetworkFault {
  return {
    ...{ name, title },
    strike: async ({ region: { region } }, release) => {
      killNow(region, matching(region, processes));
      await release();
    },
  };
}

/** It lives and does nothing: its connections stand, and nobody answers. */
function freezing(name: string, title: string, processes: RegExp): NetworkFault {
  return {
    ...{ name, title },
    strike: async ({ region: { region } }, release) => {
      const pids = region.processes.matching(processes).flatMap(({ identity }) => identity?.pid ?? []);
      for (const pid of pids) process.kill(pid, 'SIGSTOP');
      try {
        await release();
        await delay(FROZEN_MS);
      } finally {
        for (const pid of pids) process.kill(pid, 'SIGCONT');
      }
    },
  };
}
