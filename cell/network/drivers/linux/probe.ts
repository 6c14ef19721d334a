import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { messageOf } from '#platform/errors/volvox-error.ts';
import { runCommand, tryCommand } from '../../../agent/run-command.ts';
import type { DesiredGroups } from '../../desired-groups.ts';
import { groupTable } from './group-table.ts';

/** Something that this host cannot do, and what helps. */
export interface Lack {
  readonly what: string;
  readonly remedy: string;
}

interface ProbeOptions {
  readonly dnsmasqPath?: string;
  /** on: also what their enforcement needs. */
  readonly securityGroups?: 'on' | 'off';
}

/** What a probe tries; replaced in tests. */
export interface ProbeTools {
  readonly isRoot: () => boolean;
  /** @throws when the device cannot be opened for reading and writing. */
  readonly openDevice: (path: string) => Promise<void>;
  /** @throws when the program cannot be run, or fails. */
  readonly run: (program: string, args: readonly string[], input?: string) => Promise<unknown>;
}

const REAL: ProbeTools = {
  isRoot: () => process.getuid?.() === 0,
  openDevice: async (path) => (await open(path, constants.O_RDWR)).close(),
  run: async (program, args, input = '') => runCommand(program, args, { input, deadlineMs: 10_000 }),
};

const NO_GROUPS: DesiredGroups = { sum: '', known: false, ports: [], freeTaps: [], profiles: [], remotes: [] };

const INSTALL = 'On Debian: apt-get install iproute2 nftables dnsmasq-base';
const IN_A_CONTAINER = 'In a container, start it with --privileged';

/** Every hook and expression that the rules of guests need: what nft refuses here, it refuses there. */
const RULES = `table bridge probe {
  chain c {
    type filter hook prerouting priority -300; policy accept;
    ether type arp arp daddr ip 192.0.2.1 accept
    icmpv6 type nd-router-advert drop
    iifname "probe*" drop
  }
}
table inet probe {
  set askers {
    type ether_addr; size 16; flags dynamic,timeout; timeout 1m;
  }
  set callers {
    type ipv4_addr; size 16; flags dynamic;
  }
  chain shares {
    type filter hook forward priority filter; policy accept;
    udp dport 67 update @askers { ether saddr limit rate over 1/second burst 5 packets } drop
    ct state new add @callers { ip saddr ct count over 16 } drop
  }
  chain to-here {
    type filter hook prerouting priority raw; policy accept;
    iifname "probe0" fib daddr . iif type local accept
  }
  chain routed {
    type filter hook prerouting priority raw; policy accept;
    iifname "probe0" meta mark set 1 notrack
  }
  chain to-metadata {
    type nat hook prerouting priority dstnat; policy accept;
    iifname "probe0" ip daddr 192.0.2.1 tcp dport 80 dnat ip to 192.0.2.2:8080
    iifname "probe0" dnat ip to ip daddr map { 192.0.2.1 : 192.0.2.2 }
  }
  chain to-outside {
    type nat hook postrouting priority srcnat; policy accept;
    oifname "probe0" masquerade
  }
  chain untranslated {
    type filter hook prerouting priority raw; policy accept;
    iifname "probe0" fib saddr . iif oif missing drop
  }
}
table netdev probe {
  chain from-guests {
    type filter hook ingress device "lo" priority 0; policy accept;
    ip6 daddr fe80::1 tcp dport 80 fwd ip6 to fe80::2 device "lo"
  }
}
`;

/**
 * What this host lacks for networks of guests, found by doing each of it in a network namespace that is removed again. Empty when nothing
 * is missing. Changes nothing that lasts.
 */
export async function probeNetworking(
  { dnsmasqPath = 'dnsmasq', securityGroups = 'off' }: ProbeOptions = {},
  tools: ProbeTools = REAL,
): Promise<readonly Lack[]> {
  if (!tools.isRoot()) {
    return [{ what: 'The network agent makes devices and rules, and this is not root.', remedy: 'Run it as root' }];
  }
  const programs = [
    ['ip', '-V'],
    ['bridge', '-V'],
    ['nft', '--version'],
    [dnsmasqPath, '--version'],
  ] as const;
  const missing = await lacksOf(
    programs.map(([program, argument]) => ({
      act: () => tools.run(program, [argument]),
      what: `The program ${program} cannot be run`,
      remedy: INSTALL,
    })),
  );
  if (missing.length > 0) return missing;
  const tun = await lacksOf([
    {
      act: () => tools.openDevice('/dev/net/tun'),
      what: 'The device /dev/net/tun cannot be opened',
      remedy: 'Load the kernel module (modprobe tun); in a container, add --device /dev/net/tun --cap-add NET_ADMIN',
    },
  ]);
  return [...tun, ...(await inNamespace(tools, tun.length === 0, securityGroups === 'on'))];
}

async function inNamespace(tools: ProbeTools, hasTun: boolean, withGroups: boolean): Promise<readonly Lack[]> {
  const name = `volvox-probe-${randomBytes(4).toString('hex')}`;
  const made = await lacksOf([
    {
      act: () => tools.run('ip', ['netns', 'add', name]),
      what: 'No network namespace can be made',
      remedy: `It takes CAP_SYS_ADMIN. ${IN_A_CONTAINER}`,
    },
  ]);
  if (made.length > 0) return made;
  try {
    const tap = {
      act: () => tools.run('ip', ['-n', name, 'tuntap', 'add', 'dev', 'probe0', 'mode', 'tap']),
      what: 'No tap device can be made',
      remedy: `It takes CAP_NET_ADMIN and /dev/net/tun. ${IN_A_CONTAINER}`,
    };
    return await lacksOf([
      ...(hasTun ? [tap] : []),
      {
        act: () => tools.run('ip', ['-n', name, 'link', 'add', 'probe1', 'type', 'bridge']),
        what: 'No bridge can be made',
        remedy: `Load the kernel module (modprobe bridge). ${IN_A_CONTAINER}`,
      },
      {
        act: () => tools.run('ip', ['-n', name, 'link', 'add', 'probe2', 'type', 'veth', 'peer', 'name', 'probe3']),
        what: 'No pair of devices can be made',
        remedy: `Load the kernel module (modprobe veth). ${IN_A_CONTAINER}`,
      },
      {
        act: () => tools.run('ip', ['netns', 'exec', name, 'test', '-e', '/proc/net/if_inet6']),
        what: 'The kernel has no IPv6',
        remedy: 'Start it without ipv6.disable=1',
      },
      {
        act: () => tools.run('ip', ['netns', 'exec', name, 'nft', '-f', '-'], RULES),
        what: 'nftables takes no rules for bridges, routers and NAT',
        remedy:
          'Load the kernel modules (modprobe -a nf_tables nft_chain_nat nft_meta_bridge nft_fib_inet nft_fwd_netdev nft_limit nft_connlimit)',
      },
      {
        act: () => tools.run('ip', ['-n', name, 'rule', 'add', 'priority', '100', 'fwmark', '1', 'lookup', '200']),
        what: 'No route can be chosen by a mark',
        remedy: 'It takes a kernel with IP_MULTIPLE_TABLES',
      },
      ...(withGroups ? groupAttempts(tools, name) : []),
    ]);
  } finally {
    await tools.run('ip', ['netns', 'delete', name]).catch(() => tryCommand('ip', ['netns', 'delete', name]));
  }
}

/** The module is not loaded by itself: without it a bridge takes the setting, and shows its frames to nobody. */
const groupAttempts = (tools: ProbeTools, name: string): readonly Attempt[] => [
  {
    act: () => tools.run('ip', ['netns', 'exec', name, 'test', '-e', '/proc/sys/net/bridge/bridge-nf-call-iptables']),
    what: 'The rules of security groups see no frames of bridges (network.securityGroups is on)',
    remedy: 'Load the kernel module (modprobe br_netfilter)',
  },
  {
    act: () => tools.run('ip', ['netns', 'exec', name, 'nft', '-f', '-'], groupTable([], NO_GROUPS, 1)),
    what: 'nftables takes no rules of security groups (network.securityGroups is on)',
    remedy: 'Load the kernel modules (modprobe -a nf_conntrack nft_ct nft_connlimit)',
  },
];

const firstLine = (error: unknown): string => messageOf(error).split('\n', 1)[0] ?? '';

interface Attempt {
  readonly act: () => Promise<unknown>;
  readonly what: string;
  readonly remedy: string;
}

async function lacksOf(attempts: readonly Attempt[]): Promise<readonly Lack[]> {
  const lacks: Lack[] = [];
  for (const { act, what, remedy } of attempts) {
    await act().catch((error: unknown) => lacks.push({ what: `${what}: ${firstLine(error)}`, remedy }));
  }
  return lacks;
}
