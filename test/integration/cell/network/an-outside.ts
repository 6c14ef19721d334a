import { randomBytes, randomInt } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { runCommand, tryCommand } from '../../../../cell/agent/run-command.ts';
import { namespaceNames } from '../../../../cell/network/drivers/linux/namespace-names.ts';

const FAR = 'vvt-far-';
const IPV6 = '/proc/sys/net/ipv6/conf';

/** What agents change of the machine's own settings. */
async function settings(): Promise<ReadonlyMap<string, string>> {
  const devices = await readdir(IPV6);
  const paths = ['/proc/sys/net/ipv4/ip_forward', ...devices.map((device) => `${IPV6}/${device}/accept_ra`)];
  // What is of all devices comes first: it changes theirs.
  paths.unshift(`${IPV6}/all/forwarding`, `${IPV6}/all/proxy_ndp`);
  const values = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  return new Map(paths.map((path, at) => [path, values[at] ?? '']));
}

async function giveBack(before: ReadonlyMap<string, string>): Promise<void> {
  const now = await settings();
  for (const [path, value] of before) if (now.has(path) && now.get(path) !== value) await writeFile(path, value);
}

/**
 * A machine on the far side of the host: a namespace with two addresses of each family, connected to the root namespace. Where it is reached, the
 * way outside works; the near end is an address of the host.
 */
export async function anOutside() {
  const name = `${FAR}${randomBytes(3).toString('hex')}`;
  const near = `vvn${name.slice(8)}`;
  const range = `198.18.${randomInt(256)}`;
  const start = randomInt(31) * 8;
  const [host, address, other] = [1, 2, 3].map((n) => `${range}.${start + n}`) as [string, string, string];
  const range6 = `2001:db8:${randomBytes(2).toString('hex')}:${randomBytes(2).toString('hex')}`;
  const [host6, address6, other6] = [1, 2, 3].map((n) => `${range6}::${n}`) as [string, string, string];
  const before = await settings();
  await runCommand('ip', ['netns', 'add', name]);
  await runCommand('ip', ['link', 'add', near, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name]);
  await runCommand('ip', ['address', 'add', `${host}/29`, 'dev', near]);
  await runCommand('ip', ['address', 'add', `${host6}/64`, 'dev', near, 'nodad']);
  await runCommand('ip', ['link', 'set', near, 'up']);
  await runCommand('ip', ['-n', name, '-batch', '-'], {
    input: [
      'link set lo up',
      ...[address, other].map((one) => `address add ${one}/29 dev eth0`),
      ...[address6, other6].map((one) => `address add ${one}/64 dev eth0 nodad`),
      'link set eth0 up',
    ]
      .join('\n')
      .concat('\n'),
  });
  return {
    name,
    range: `${range}.${start}/29`,
    /** The host's own address there. */
    host,
    address,
    other,
    /** `2001:db8:a:b`, of 64 bits. */
    range6,
    host6,
    address6,
    other6,
    /** Its link to the host, on the host's side. */
    near,
    stop: async () => {
      await tryCommand('ip', ['link', 'delete', near]);
      await tryCommand('ip', ['netns', 'delete', name]);
      // Files of tests run side by side: the last one gives the machine its settings back.
      if (!(await namespaceNames()).some((one) => one.startsWith(FAR))) await giveBack(before);
    },
  };
}
export type Outside = Awaited<ReturnType<typeof anOutside>>;
