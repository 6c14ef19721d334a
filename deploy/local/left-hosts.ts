import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { loadConfig } from '#platform/config/load.ts';
import { silentLogger } from '#platform/logging/logger.ts';
import { GuestCgroups } from '../../cell/compute/drivers/qemu/guest-cgroups.ts';
import { networkSection } from '../../cell/network/config.ts';
import { hostSetup } from '../../cell/network/drivers/linux/host-setup.ts';
import { namespaceNames } from '../../cell/network/drivers/linux/namespace-names.ts';
import { tearDown } from '../../cell/network/drivers/linux/tear-down.ts';
import type { Home } from './home.ts';

/**
 * Hosts of regions of `npm start` as they stand on this machine, found by their names alone: the folder of their region may be gone. A host is a
 * network namespace with those named after it, and a folder of its services' files.
 */

/** Where the network agents of this machine keep the files of their services, each in a folder named as its namespace. */
const RUNTIME_DIR = '/run/volvox-network';
/** The control group of all guests, unless an operator has named another one. */
const CGROUP = 'volvox';

/** Names a region on its machine. */
export const markOf = (root: string): string => createHash('sha256').update(root).digest('hex').slice(0, 6);

/** Of a host: another one for each region on this machine. */
export const hostNamespace = (root: string, host: string): string => `volvox-${markOf(root)}-${host}`;

const HOST = /^volvox-([0-9a-f]{6})-(.+?)(-metadata|-outside|-(rt)?[0-9a-f]{8}-[0-9a-f]{2})?$/;

/** The hosts that stand, by the marks of their regions: namespace → name. */
export async function hostsByMark(): Promise<ReadonlyMap<string, ReadonlyMap<string, string>>> {
  const names = [...(await namespaceNames()), ...(await runtimeFolders())];
  const found = new Map<string, Map<string, string>>();
  for (const name of names) {
    const [, mark, host] = HOST.exec(name) ?? [];
    if (mark === undefined || host === undefined) continue;
    const hosts = found.get(mark) ?? new Map<string, string>();
    found.set(mark, hosts.set(`volvox-${mark}-${host}`, host));
  }
  return found;
}

async function runtimeFolders(): Promise<readonly string[]> {
  return await readdir(RUNTIME_DIR).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

/** Removes namespaces with their devices and rules, DHCP and metadata servers, and their files. Processes of guests must have ended. */
export async function removeHosts(namespaces: Iterable<string>): Promise<void> {
  for (const namespace of namespaces) {
    const { network } = loadConfig(
      { network: networkSection },
      { environment: { VOLVOX_NETWORK_NAMESPACE: namespace } },
    );
    await tearDown(hostSetup(network));
  }
}

/** Removes the hosts of a region and the control groups of their guests. @returns how many hosts there were. */
export async function removeHostsOf(home: Pick<Home, 'root' | 'data'>): Promise<number> {
  const hosts = (await hostsByMark()).get(markOf(home.root)) ?? new Map<string, string>();
  await removeHosts(hosts.keys());
  for (const host of hosts.values()) await removeControlGroups(home.data(host, 'compute'));
  return hosts.size;
}

/** Of the agent with this folder; those in which a process runs stay. */
async function removeControlGroups(stateDir: string): Promise<void> {
  const groups = new GuestCgroups({ parent: CGROUP, stateDir, marginMb: 0, log: silentLogger });
  await groups.open();
  await groups.close();
}
