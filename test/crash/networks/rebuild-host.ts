import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { removeNetworks } from '../../../deploy/local/network-namespace.ts';
import { hostsOf } from '../../../deploy/local/settings.ts';
import type { NetworkWorld } from './network-world.ts';

const READY_MS = 60_000;

/** Tears down what stands on all hosts, and what their agents remember of it: they build everything again from what the conductors tell them. */
export async function rebuildHosts({ region: { region } }: NetworkWorld): Promise<void> {
  const hosts = region.settings.cells.flatMap(hostsOf);
  const agents = hosts.map(({ name }) => region.processes.get(`${name}-network`));
  await Promise.all(agents.map((agent) => agent.stop()));
  await removeNetworks(region.home, hosts);
  for (const { name } of hosts)
    for (const remembered of ['definitions.json', 'bindings'])
      rmSync(join(region.home.data(name, 'network'), remembered), { recursive: true, force: true });
  for (const agent of agents) agent.start();
  await Promise.all(agents.map((agent) => agent.untilReady(READY_MS)));
}
