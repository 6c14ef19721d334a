import { runCommand, tryCommand } from '../../../agent/run-command.ts';
import { fingerprint } from '../../names.ts';
import { type HostSetup, uplinkHostEnd } from './host-setup.ts';
import { inNamespace, runIp } from './ip.ts';
import type { Lack } from './probe.ts';

/** Answers to ARP are given at once, not after the random wait of proxies that share a link (RFC 1027 knows none). */
const NO_DELAY = (device: string): string => `echo 0 > /proc/sys/net/ipv4/neigh/${device}/proxy_delay`;

/**
 * Tells the neighbours on `announceOn` that these addresses are here now, by gratuitous ARP. The kernel sends it by itself when a device comes up
 * (`arp_notify`): one in a namespace for the moment, with the addresses and the MAC of `announceOn`. What it sends, and only that, is put on
 * the device.
 */
export async function announce(setup: HostSetup, addresses: readonly string[]): Promise<void> {
  if (addresses.length === 0) return;
  const { announceOn } = setup;
  await runCommand('sh', ['-ec', NO_DELAY(announceOn)]);
  const [link] = JSON.parse(await runCommand('ip', ['-j', 'link', 'show', 'dev', announceOn])) as { address: string }[];
  const namespace = `${setup.namespace}-announce`;
  const near = `vva${uplinkHostEnd(setup).slice(3)}`;
  const table = `volvox_announce_${fingerprint(setup.namespace)}`;
  await endAnnouncement(namespace, near, table);
  try {
    await runCommand('ip', ['netns', 'add', namespace]);
    const peer = ['type', 'veth', 'peer', 'name', 'crier', 'address', link?.address ?? '', 'netns', namespace];
    await runCommand('ip', ['link', 'add', near, ...peer]);
    await runCommand('nft', ['-f', '-'], { input: onto(table, near, announceOn) });
    await runCommand('ip', ['link', 'set', 'dev', near, 'addrgenmode', 'none', 'up']);
    const setting = 'echo 1 > /proc/sys/net/ipv4/conf/crier/arp_notify';
    await runCommand('ip', inNamespace(namespace, 'sh', '-ec', setting));
    await runIp(namespace, [
      'link set dev crier addrgenmode none',
      ...addresses.map((address) => `address add ${address}/32 dev crier`),
      'link set dev crier up',
    ]);
  } finally {
    await endAnnouncement(namespace, near, table);
  }
}

/** Also one that was cut off. */
async function endAnnouncement(namespace: string, near: string, table: string): Promise<void> {
  await tryCommand('nft', ['delete', 'table', 'netdev', table]);
  await tryCommand('ip', ['link', 'delete', 'dev', near]);
  await tryCommand('ip', ['netns', 'delete', namespace]);
}

const onto = (table: string, near: string, device: string): string => `table netdev ${table} {
  chain crier {
    type filter hook ingress device "${near}" priority 0; policy drop;
    ether type arp fwd to "${device}"
  }
}
`;

/** Why this host cannot announce, if it should. */
export async function announceLacks({ announceOn }: HostSetup): Promise<readonly Lack[]> {
  if (announceOn === '' || (await tryCommand('ip', ['link', 'show', 'dev', announceOn])).status === 0) return [];
  const what = `The device ${announceOn}, on which floating addresses are announced, is not there`;
  return [{ what, remedy: 'Set network.announceOn to a device of the host, or to nothing' }];
}
