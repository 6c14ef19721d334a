import { namespaceNames } from '../../cell/network/drivers/linux/namespace-names.ts';
import type { Home } from './home.ts';
import { hostNamespace } from './left-hosts.ts';
import { runCommand } from './run-command.ts';
import { type CellSettings, type HostSettings, hostsOf } from './settings.ts';

/*
 * The network between the QEMU hosts of a cell on one machine, which carries their VXLAN. A machine has a VXLAN of one number only once in a
 * network namespace, so each host has a namespace for it (network.vxlanNamespace), with a cable to the switch of its cell:
 *
 *   cell-1-vxlan  192.0.2.1 cable ═══ to-1 ─┐
 *                                           ├─ switch     in cell-1-switch
 *   cell-1-2-vxlan 192.0.2.2 cable ══ to-2 ─┘
 */

/** Of addresses for documentation (RFC 5737): nothing else has them, and nothing leaves these namespaces. */
const address = (index: number): string => `192.0.2.${index + 1}`;
const PREFIX_BITS = 24;

const vxlanNamespace = (home: Home, { name }: Pick<HostSettings, 'name'>): string =>
  hostNamespace(home.root, `${name}-vxlan`);
const switchNamespace = (home: Home, cell: CellSettings): string => hostNamespace(home.root, `${cell.name}-switch`);

/** The options of a network agent for it; a cell with one host has none. */
export function underlayConfig(home: Home, cell: CellSettings, host: HostSettings): Readonly<Record<string, unknown>> {
  const hosts = hostsOf(cell);
  if (hosts.length < 2) return {};
  const own = hosts.indexOf(host);
  return {
    vxlanNamespace: vxlanNamespace(home, host),
    vxlanAddress: address(own),
    vxlanPeers: hosts.flatMap((_, index) => (index === own ? [] : [address(index)])),
  };
}

/** Makes what is missing of it, before the agents start. */
export async function makeUnderlay(home: Home, cell: CellSettings): Promise<void> {
  const hosts = hostsOf(cell);
  if (hosts.length < 2) return;
  const names = await namespaceNames();
  const hub = switchNamespace(home, cell);
  if (!names.includes(hub)) {
    await runCommand('ip', ['netns', 'add', hub]);
    await runCommand('ip', ['-n', hub, 'link', 'add', 'name', 'switch', 'up', 'type', 'bridge', 'forward_delay', '0']);
  }
  for (const [index, host] of hosts.entries()) {
    const namespace = vxlanNamespace(home, host);
    if (names.includes(namespace)) continue;
    const inside = ['-n', namespace];
    const port = `to-${index + 1}`;
    await runCommand('ip', ['netns', 'add', namespace]);
    await runCommand('ip', [
      ...inside,
      'link',
      'add',
      'name',
      'cable',
      'type',
      'veth',
      'peer',
      'name',
      port,
      'netns',
      hub,
    ]);
    await runCommand('ip', [...inside, 'address', 'add', `${address(index)}/${PREFIX_BITS}`, 'dev', 'cable']);
    await runCommand('ip', [...inside, 'link', 'set', 'dev', 'cable', 'up']);
    await runCommand('ip', ['-n', hub, 'link', 'set', 'dev', port, 'master', 'switch', 'up']);
  }
}

/** Removes it. Nothing there is no error. */
export async function removeUnderlay(home: Home, cell: CellSettings): Promise<void> {
  const names = await namespaceNames();
  const own = [switchNamespace(home, cell), ...hostsOf(cell).map((host) => vxlanNamespace(home, host))];
  for (const name of own.filter((one) => names.includes(one))) await runCommand('ip', ['netns', 'delete', name]);
}
