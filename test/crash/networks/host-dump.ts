import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand, tryCommand } from '../../../cell/agent/run-command.ts';
import { uplinkHostEnd } from '../../../cell/network/drivers/linux/host-setup.ts';
import { namespaceNames } from '../../../cell/network/drivers/linux/namespace-names.ts';
import type { ReachHost } from '../../federation/reach/namespace-region.ts';

/** What stands on a host, read from the kernel: by namespace the lines of each question. */
export type HostDump = ReadonlyMap<string, readonly string[]>;

const QUESTIONS: readonly string[] = [
  'ip -j -d address show',
  'ip -4 route show table all',
  'ip -6 route show table all',
  'ip -4 rule show',
  'ip -6 rule show',
  'ip -4 neighbour show nud permanent',
  'ip -6 neighbour show nud permanent',
  'nft -s list ruleset',
  'bridge -d link show',
  'bridge fdb show',
];
const NEXT = '=====';

/** Namespaces of a host: its own, and those named after it. The region's VXLAN is not its agent's. */
export async function namespacesOf({ namespace }: ReachHost): Promise<readonly string[]> {
  const names = await namespaceNames();
  return names.filter((name) => name === namespace || isNamedAfter(name, namespace)).sort();
}

const isNamedAfter = (name: string, namespace: string): boolean =>
  name.startsWith(`${namespace}-`) &&
  /^(metadata|outside|announce|(rt)?[0-9a-f]{8}-[0-9a-f]{2})$/.test(name.slice(namespace.length + 1));

/** Everything that the agent of a host made, without what differs from one making to the next. */
export async function dumpHost(host: ReachHost): Promise<HostDump> {
  const names = await namespacesOf(host);
  const read = await Promise.all(names.map(async (name) => [name, await answersIn(name)] as const));
  // One that has gone meanwhile is not there.
  const answers = new Map(read.flatMap(([name, texts]) => (texts === null ? [] : [[name, texts] as const])));
  const words = namesOfAddresses(answers);
  const dump = new Map<string, readonly string[]>();
  for (const [name, [links = '', ...texts]] of answers) {
    const lines = [
      ...linkLines(links),
      ...texts.flatMap((text, at) => (at === RULES ? ruleLines(text) : plainLines(text))),
      ...(await processesIn(name)),
    ];
    dump.set(name.slice(host.namespace.length) || '-', lines.map((line) => withoutNumbers(line, words)).sort());
  }
  dump.set('machine', (await onMachine(host)).sort());
  dump.set('dhcp files', (await dhcpFiles(host)).sort());
  return dump;
}

async function answersIn(name: string): Promise<readonly string[] | null> {
  const script = QUESTIONS.map((question) => `${question}; echo ${NEXT}`).join('\n');
  const { status, stdout, stderr } = await tryCommand('ip', ['netns', 'exec', name, 'sh', '-c', script]);
  if (status === 0) return stdout.split(`${NEXT}\n`);
  if (!(await namespaceNames()).includes(name)) return null;
  throw new Error(`cannot read ${name}: ${stderr}`);
}

/** Where the rules stand among the answers after the first. */
const RULES = QUESTIONS.indexOf('nft -s list ruleset') - 1;

interface Link {
  readonly ifname: string;
  readonly address?: string;
  readonly mtu: number;
  readonly flags: readonly string[];
  readonly master?: string;
  readonly linkinfo?: { readonly info_kind?: string; readonly info_slave_data?: object };
  readonly addr_info: readonly { readonly local?: string; readonly prefixlen?: number; readonly scope?: string }[];
}

/** A tap is a veth where a test has plugged a guest. */
function linkLines(text: string): readonly string[] {
  return (JSON.parse(text) as Link[]).flatMap(
    ({ ifname, mtu, flags, master = 'none', address = '', addr_info: all }) => {
      const isTap = ifname.startsWith('tap');
      const state = flags.includes('UP') ? 'up' : 'down';
      const mac = isFixedMac(ifname) ? address : 'any';
      return [
        `link ${ifname} mtu ${mtu} ${state} master ${master} mac ${isTap ? 'any' : mac}`,
        ...all
          .filter(({ scope, local = '' }) => scope !== 'link' || !isFromMac(local))
          .map(({ local, prefixlen }) => `address ${ifname} ${local}/${prefixlen}`),
      ];
    },
  );
}

/** Those that guests and other hosts see. */
const isFixedMac = (ifname: string): boolean => /^(lan|reach|brq)/.test(ifname);
/** The kernel makes it of a device's MAC. */
const isFromMac = (address: string): boolean => /^fe80::.*ff:fe/.test(address);

const VOLATILE = [
  // Of the kernel's making, and by what passes.
  /\bproto kernel\b/,
  /^(local|broadcast|multicast|anycast) /,
  /^fe80::.*ff:fe/,
  /^ff00::/,
  // Learned.
  /^(?!.*\b(permanent|static)\b).*\bmaster\b/,
  /^(?!00:00:00:00:00:00).* dst \S+ .*\bself$/,
  // A device's own MAC, and the groups that the kernel joins for its addresses.
  / master \S+ permanent$/,
  /^33:33:.* self permanent$/,
];

function plainLines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim().replace(/\s+/g, ' '))
    .filter((line) => line !== '' && !VOLATILE.some((pattern) => pattern.test(line)));
}

/** Sets that packets fill, and marks of connections: numbers of the moment. */
const MOVING = /^(askers|legs|senders-|sharers|callers|called|egress-judged|ingress-judged|first-|then-)/;
/** A fingerprint that also stands for numbers which differ from one making to the next. */
const SUM = /\bsum-[0-9a-f]+/g;

/** A rule in its chain or set is a line; lists are sorted. */
function ruleLines(text: string): readonly string[] {
  const lines: string[] = [];
  let where: string[] = [];
  const seen = new Map<string, number>();
  // The order of rules in a chain counts; that of rules about different devices does not, and it follows from which came first. A list of devices
  // has no first one.
  const numbered = (chain: readonly string[], line: string): string => {
    const about = `${chain.join(' › ')}:${/^[^{]*?("[^"]+")/.exec(line)?.[1] ?? ''}`;
    const number = seen.get(about) ?? 0;
    seen.set(about, number + 1);
    return `${about}${`${number}`.padStart(3, '0')}`;
  };
  const joined = text.replace(/,\n\s+/g, ', ');
  for (const raw of joined.split('\n')) {
    const line = raw.trim().replace(SUM, 'sum');
    if (line === '' || line === '}') {
      if (line === '}') where = where.slice(0, -1);
      continue;
    }
    const [, opened] = /^(.*) \{$/.exec(line) ?? [];
    if (opened !== undefined) {
      where = [...where, opened];
      lines.push(where.join(' › '));
      continue;
    }
    const set = (where.at(-1) ?? '').replace(/^(set|map) /, '');
    if (MOVING.test(set) && line.startsWith('elements')) continue;
    const isRule = where.at(-1)?.startsWith('chain') === true;
    lines.push(`${isRule ? numbered(where, line) : `${where.join(' › ')}:`} ${sorted(line)}`);
  }
  return lines;
}

/** Lists in braces: of sets and maps, which the kernel gives in any order. */
const sorted = (line: string): string =>
  line.replace(/\{ ([^{}]*) \}/g, (_, list: string) => `{ ${list.split(', ').sort().join(', ')} }`);

/** Addresses of transits follow from small numbers that a host gives away as networks and routers come: named by the devices that have them. */
function namesOfAddresses(answers: ReadonlyMap<string, readonly string[]>): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  for (const [, [links = '']] of answers) {
    for (const { ifname, addr_info: all } of JSON.parse(links) as Link[]) {
      if (ifname === 'outside' || !/^(mdt|out|gwy)/.test(ifname)) continue;
      for (const { local = '' } of all.filter((one) => one.local?.startsWith('169.254.'))) {
        words.set(local, `<${ifname} serving>`);
        words.set(next(local), `<${ifname} served>`);
      }
    }
  }
  return words;
}

function next(address: string): string {
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0) + 1;
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}

/** Also the numbers of routing tables and zones. */
const withoutNumbers = (line: string, words: ReadonlyMap<string, string>): string =>
  line
    .replace(/169\.254\.\d+\.\d+/g, (address) => words.get(address) ?? address)
    .replace(/("brq[^"]+" : )\d+/g, '$1slot')
    .replace(/\b(table|lookup) 1\d{4}\b/g, '$1 slot');

/** What serves in a namespace. */
async function processesIn(name: string): Promise<readonly string[]> {
  const pids = (await tryCommand('ip', ['netns', 'pids', name])).stdout.split('\n').filter((line) => line !== '');
  const names = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')));
  return names.filter((comm) => comm !== '').map((comm) => `process ${comm.trim()}`);
}

/** What leads to a host's floating addresses, and its uplink. Answers to ARP are of all hosts of this machine: none of them is here twice. */
async function onMachine({ namespace }: ReachHost): Promise<string[]> {
  const device = uplinkHostEnd({ namespace } as Parameters<typeof uplinkHostEnd>[0]);
  const routes = await runCommand('sh', ['-c', `ip -4 route show dev ${device} 2>/dev/null || true`]);
  const table = `volvox_${device.slice(3)}`;
  const rules = await runCommand('sh', ['-c', `nft -s list table inet ${table} 2>/dev/null || true`]);
  return [...plainLines(routes).map((line) => `route ${line}`), ...ruleLines(rules)];
}

async function dhcpFiles({ namespace }: ReachHost): Promise<string[]> {
  const folder = join('/run/volvox-network', namespace, 'dhcp');
  const names = await readdir(folder).catch(() => []);
  const lines: string[] = [];
  for (const name of names) {
    for (const file of await readdir(join(folder, name))) {
      if (!/^(hosts|options|dnsmasq-.*\.conf)$/.test(file)) continue;
      const text = await readFile(join(folder, name, file), 'utf8');
      lines.push(
        ...text
          .split('\n')
          .filter((line) => line !== '')
          .map((line) => `${name}/${file}: ${line}`),
      );
    }
  }
  return lines;
}

/** Words for what has another name each time; then lists and lines are in another order. */
export const renamed = (dump: HostDump, words: ReadonlyMap<string, string>): HostDump => {
  const rename = (text: string): string => [...words].reduce((all, [name, word]) => all.replaceAll(name, word), text);
  return new Map([...dump].map(([part, lines]) => [rename(part), lines.map((line) => sorted(rename(line))).sort()]));
};

/** The lines that one has and the other has not. */
export function dumpDifferences(
  title: string,
  [a, left]: readonly [string, HostDump],
  [b, right]: readonly [string, HostDump],
): string[] {
  return [...new Set([...left.keys(), ...right.keys()])].sort().flatMap((part) => {
    const [one, other] = [left.get(part) ?? [], right.get(part) ?? []];
    const only = (where: string, list: readonly string[], rest: readonly string[]) =>
      list.filter((line) => !rest.includes(line)).map((line) => `${title} ${part}, only ${where}: ${line}`);
    return [...only(a, one, other), ...only(b, other, one)];
  });
}
