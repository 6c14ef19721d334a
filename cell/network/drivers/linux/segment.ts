import type { Network } from '#platform/objects/network.ts';
import { runCommand, tryCommand } from '../../../agent/run-command.ts';
import type { DesiredNetwork } from '../../desired-host.ts';
import type { HostSetup } from './host-setup.ts';
import { runIp } from './ip.ts';

/**
 * What carries a network to the other hosts. The device is made in the host's own namespace, or in the one for VXLAN, so that it sends by
 * the devices there, and then moved; nothing of it stays behind.
 */
export async function plugSegment(
  setup: HostSetup,
  network: DesiredNetwork,
  segment: NonNullable<DesiredNetwork['segment']>,
): Promise<void> {
  const { device } = segment;
  const { vxlan } = setup;
  const origin = segment.type === 'vxlan' && vxlan.namespace !== '' ? ['-n', vxlan.namespace] : [];
  await tryCommand('ip', ['-n', setup.namespace, 'link', 'delete', 'dev', device]);
  await tryCommand('ip', [...origin, 'link', 'delete', 'dev', device]);
  if (segment.type === 'vxlan') {
    await runCommand('ip', [
      ...[...origin, 'link', 'add', 'name', device, 'type', 'vxlan', 'id', String(segment.id), 'dstport', '4789'],
      ...(vxlan.address === '' ? [] : ['local', vxlan.address]),
    ]);
  } else {
    await runCommand('ip', [
      ...['link', 'add', 'link', setup.vlanDevice, 'name', device],
      ...['type', 'vlan', 'id', String(segment.id)],
    ]);
  }
  await runCommand('ip', [...origin, 'link', 'set', 'dev', device, 'netns', setup.namespace]);
  await runIp(setup.namespace, [`link set dev ${device} master ${network.bridge} mtu ${network.mtu} up`]);
  if (segment.type !== 'vxlan') return;
  const peers = vxlan.peers.map((peer) => `fdb append 00:00:00:00:00:00 dev ${device} dst ${peer}`);
  await runCommand('bridge', ['-n', setup.namespace, '-batch', '-'], { input: `${peers.join('\n')}\n` });
}

/** VXLAN needs somebody to send to; alone, the bridge is the whole network. */
export const carries = (setup: HostSetup, network: Network): boolean =>
  network.segmentType === 'vlan' || (network.segmentType === 'vxlan' && setup.vxlan.peers.length > 0);

/** Whether this kernel makes VLAN devices: tried, since only trying tells. */
export async function kernelHasVlan(): Promise<boolean> {
  const { stderr } = await tryCommand('ip', [
    'link',
    'add',
    'link',
    'lo',
    'name',
    'volvox-probe',
    'type',
    'vlan',
    'id',
    '1',
  ]);
  await tryCommand('ip', ['link', 'delete', 'dev', 'volvox-probe']);
  return !/unknown device type|not supported/i.test(stderr);
}

export const noVlans = (setup: HostSetup): string => `the kernel of ${setup.hostName} has no 802.1Q (module 8021q).`;

/** Why a network can never be built on this host, or null. */
export function segmentProblem(setup: HostSetup, network: Network, hasVlan: boolean): string | null {
  if (network.segmentType !== 'vlan') return null;
  if (!hasVlan) return `Network ${network.id} is a VLAN, and ${noVlans(setup)}`;
  return setup.vlanDevice === ''
    ? `Network ${network.id} is a VLAN, and no device of ${setup.hostName} carries VLANs (option network.vlanDevice).`
    : null;
}
