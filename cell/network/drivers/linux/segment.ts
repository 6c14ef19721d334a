import { randomBytes } from 'node:crypto';
import { type Network, SEGMENT_TYPES, type SegmentType } from '#platform/objects/network.ts';
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

/** Which devices between hosts this kernel makes. */
export interface KernelSegments {
  readonly vlan: boolean;
  readonly vxlan: boolean;
}

export const noVlans = (setup: HostSetup): string => `the kernel of ${setup.hostName} has no 802.1Q (module 8021q).`;

/** What a kernel says of a kind of device that it does not have. */
const NO_SUCH_KIND = /Unknown device type|not supported/i;

/**
 * Tried on a bridge in a namespace of its own, since only trying tells and the loopback device never carries a VLAN.
 * @throws Error when trying fails for another reason: what this kernel has is not known then.
 */
export async function kernelSegments(): Promise<KernelSegments> {
  const name = `volvox-probe-${randomBytes(4).toString('hex')}`;
  const makes = async (...device: readonly string[]): Promise<boolean> => {
    const { status, stderr } = await tryCommand('ip', ['-n', name, 'link', 'add', ...device]);
    if (status === 0) return true;
    if (NO_SUCH_KIND.test(stderr)) return false;
    throw new Error(
      `Whether the kernel has devices of some kind is not known: ip link add ${device.join(' ')}: ${stderr.trim()}`,
    );
  };
  await runCommand('ip', ['netns', 'add', name]);
  try {
    await runCommand('ip', ['-n', name, 'link', 'add', 'name', 'probe0', 'type', 'bridge']);
    return {
      vlan: await makes('link', 'probe0', 'name', 'probe1', 'type', 'vlan', 'id', '1'),
      vxlan: await makes('name', 'probe2', 'type', 'vxlan', 'id', '1', 'dstport', '4789'),
    };
  } finally {
    await tryCommand('ip', ['netns', 'delete', name]);
  }
}

/** The types of networks that can be built on this host. */
export const segmentTypes = (setup: HostSetup, kernel: KernelSegments): readonly SegmentType[] =>
  SEGMENT_TYPES.filter((type) => whyNot(setup, type, kernel) === null);

/** Why a network can never be built on this host, or null. */
export function segmentProblem(setup: HostSetup, network: Network, kernel: KernelSegments): string | null {
  const why = whyNot(setup, network.segmentType, kernel);
  return why === null ? null : `Network ${network.id} is a ${network.segmentType.toUpperCase()}, and ${why}`;
}

function whyNot(setup: HostSetup, type: SegmentType, kernel: KernelSegments): string | null {
  if (type === 'vxlan')
    return kernel.vxlan || setup.vxlan.peers.length === 0
      ? null
      : `the kernel of ${setup.hostName} has no VXLAN (module vxlan).`;
  if (type === 'flat') return null;
  if (!kernel.vlan) return noVlans(setup);
  return setup.vlanDevice === '' ? `no device of ${setup.hostName} carries VLANs (option network.vlanDevice).` : null;
}
