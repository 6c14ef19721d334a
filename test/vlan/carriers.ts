import { runCommand } from '../../cell/agent/run-command.ts';
import type { HostDevice } from './host-calls.ts';

interface Link {
  readonly ifname: string;
  readonly ifindex: number;
  readonly mtu: number;
  readonly linkinfo?: { readonly info_kind?: string; readonly info_data?: { readonly id?: number } };
}

/** The VLAN and VXLAN devices of this host, in its own namespace (`''`) and in all others. */
export async function carriers(): Promise<readonly HostDevice[]> {
  const named = (await runCommand('ip', ['netns', 'list'])).split('\n').map((line) => line.split(' ')[0] ?? '');
  const found: HostDevice[] = [];
  for (const namespace of ['', ...named.filter((name) => name !== '')]) {
    const where = namespace === '' ? [] : ['-n', namespace];
    const links: readonly Link[] = JSON.parse(await runCommand('ip', [...where, '-j', '-d', 'link', 'show']));
    for (const { ifname, ifindex, mtu, linkinfo } of links) {
      const kind = linkinfo?.info_kind ?? '';
      if (kind !== 'vlan' && kind !== 'vxlan') continue;
      const vlan = kind === 'vlan' ? (linkinfo?.info_data?.id ?? null) : null;
      found.push({ namespace, name: ifname, kind, vlan, index: ifindex, mtu });
    }
  }
  return found;
}
