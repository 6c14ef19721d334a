import { runCommand, tryCommand } from '../../../agent/run-command.ts';
import { fingerprint } from '../../names.ts';
import { type HostSetup, uplinkHostEnd } from './host-setup.ts';
import { runIp } from './ip.ts';
import type { Lack } from './probe.ts';
import { writeSettings } from './settings.ts';

/** Answers are given at once, not after the random wait of proxies that share a link (RFC 1027 knows none). */
const NO_DELAY = (device: string): string =>
  ['ipv4', 'ipv6']
    .map((family) => `/proc/sys/net/${family}/neigh/${device}/proxy_delay`)
    .map((path) => `if [ -e ${path} ]; then echo 0 > ${path}; fi`)
    .join('\n');

/**
 * Tells the neighbours on `announceOn` that these addresses are here now, by gratuitous ARP and unsolicited neighbour advertisements. The kernel
 * sends them by itself when a device comes up (`arp_notify`, `ndisc_notify`): one in a namespace for the moment, with the addresses and the MAC
 * of `announceOn`. What it sends, and only that, is put on the device.
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
    await writeSettings(namespace, {
      'net/ipv4/conf/crier/arp_notify': '1',
      'net/ipv6/conf/crier/ndisc_notify': '1',
      'net/ipv6/conf/crier/disable_ipv6': '0',
    });
    await runIp(namespace, [
      'link set dev crier addrgenmode none',
      ...addresses.map(
        (one) =>
          `address add ${one.includes(':') ? `${one}/128` : `${one}/32`} dev crier${one.includes(':') ? ' nodad' : ''}`,
      ),
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
    icmpv6 type nd-neighbor-advert fwd to "${device}"
  }
}
`;

/** Why this host cannot announce, if it should. */
export async function announceLacks({ announceOn }: HostSetup): Promise<readonly Lack[]> {
  if (announceOn === '' || (await tryCommand('ip', ['link', 'show', 'dev', announceOn])).status === 0) return [];
  const what = `The device ${announceOn}, on which addresses of guests are announced, is not there`;
  return [{ what, remedy: 'Set network.announceOn to a device of the host, or to nothing' }];
}
