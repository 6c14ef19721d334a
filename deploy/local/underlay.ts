import { namespaceNames } from '../../cell/network/drivers/linux/namespace-names.ts';
import type { Home } from './home.ts';
import { hostNamespace, markOf } from './left-hosts.ts';
import { runCommand } from './run-command.ts';
import { type CellSettings, type HostSettings, hostsOf } from './settings.ts';
import { MAX_HOSTS } from './settings-for.ts';

/*
 * The network between the QEMU hosts of a region on one machine, which carries their VXLAN. A machine has a VXLAN of one number only once in a
 * network namespace, so each host has a namespace for it (network.vxlanNamespace), with a cable to the switch of the region:
 *
 *   cell-1-vxlan 192.0.2.1 cable ═══ to-1 ─┐
 *                                          ├─ switch     in switch
 *   cell-2-vxlan 192.0.2.4 cable ═══ to-4 ─┘
 */

/** Of addresses for documentation (RFC 5737): nothing else has them, and nothing leaves these namespaces. */
const address = (number: number): string => `192.0.2.${number}`;
const PREFIX_BITS = 24;

const vxlanNamespace = (home: Home, { name }: Pick<HostSettings, 'name'>): string =>
  hostNamespace(home.root, `${name}-vxlan`);
const switchNamespace = (home: Home): string => hostNamespace(home.root, 'switch');

/** The hosts of these cells with their numbers, from 1. A host keeps its number when cells and hosts are added. */
const numbered = (cells: readonly CellSettings[]): readonly { host: HostSettings; number: number }[] =>
  cells.flatMap((cell, at) => hostsOf(cell).map((host, index) => ({ host, number: at * MAX_HOSTS + index + 1 })));

/** The options of a network agent for it, with these cells in the region; a lone host has none. */
export function underlayConfig(
  home: Home,
  cells: readonly CellSettings[],
  host: HostSettings,
): Readonly<Record<string, unknown>> {
  const all = numbered(cells);
  const own = all.find((one) => one.host.name === host.name);
  if (own === undefined || all.length < 2) return {};
  return {
    vxlanNamespace: vxlanNamespace(home, host),
    vxlanAddress: address(own.number),
    vxlanPeers: all.filter((one) => one !== own).map(({ number }) => address(number)),
  };
}

/** Of 100.64.0.0/10 (RFC 6598), in ranges of 4 addresses. */
const UPLINKS = 2 ** 20;

/** The range of a host's uplink, should it have one (network.uplink): another one for each host of each region on this machine. */
export function uplinkConfig(
  home: Home,
  cells: readonly CellSettings[],
  host: HostSettings,
): Readonly<Record<string, unknown>> {
  const number = numbered(cells).find((one) => one.host.name === host.name)?.number ?? 0;
  const first = ((Number.parseInt(markOf(home.root), 16) + number) % UPLINKS) * 4;
  return { uplinkCidr: `100.${64 + Math.floor(first / 65_536)}.${Math.floor(first / 256) % 256}.${first % 256}/30` };
}

/** Makes what is missing of it, before the agents start. */
export async function makeUnderlay(home: Home, cells: readonly CellSettings[]): Promise<void> {
  const all = numbered(cells);
  if (all.length < 2) return;
  const names = await namespaceNames();
  const hub = switchNamespace(home);
  if (!names.includes(hub)) {
    await runCommand('ip', ['netns', 'add', hub]);
    await runCommand('ip', ['-n', hub, 'link', 'add', 'name', 'switch', 'up', 'type', 'bridge', 'forward_delay', '0']);
  }
  for (const { host, number } of all)
    if (!names.includes(vxlanNamespace(home, host))) await connect(home, host, number);
}

async function connect(home: Home, host: HostSettings, number: number): Promise<void> {
  const namespace = vxlanNamespace(home, host);
  const hub = switchNamespace(home);
  const inside = ['-n', namespace];
  const port = `to-${number}`;
  const cable = ['link', 'add', 'name', 'cable', 'type', 'veth', 'peer', 'name', port, 'netns', hub];
  await runCommand('ip', ['netns', 'add', namespace]);
  await runCommand('ip', [...inside, ...cable]);
  await runCommand('ip', [...inside, 'address', 'add', `${address(number)}/${PREFIX_BITS}`, 'dev', 'cable']);
  await runCommand('ip', [...inside, 'link', 'set', 'dev', 'cable', 'up']);
  await runCommand('ip', ['-n', hub, 'link', 'set', 'dev', port, 'master', 'switch', 'up']);
}

/** Removes it. Nothing there is no error. */
export async function removeUnderlay(home: Home, cells: readonly CellSettings[]): Promise<void> {
  const names = await namespaceNames();
  const own = [switchNamespace(home), ...cells.flatMap(hostsOf).map((host) => vxlanNamespace(home, host))];
  for (const name of own.filter((one) => names.includes(one))) await runCommand('ip', ['netns', 'delete', name]);
}
