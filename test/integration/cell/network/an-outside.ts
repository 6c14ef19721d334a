import { randomBytes, randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { runCommand, tryCommand } from '../../../../cell/agent/run-command.ts';
import { namespaceNames } from '../../../../cell/network/drivers/linux/namespace-names.ts';

const FAR = 'vvt-far-';
const FORWARDING = '/proc/sys/net/ipv4/ip_forward';

/**
 * A machine on the far side of the host: a namespace with two addresses, connected to the root namespace. Where it is reached, the way
 * outside works; the near end is an address of the host.
 */
export async function anOutside() {
  const name = `${FAR}${randomBytes(3).toString('hex')}`;
  const near = `vvn${name.slice(8)}`;
  const range = `198.18.${randomInt(256)}`;
  const start = randomInt(31) * 8;
  const [host, address, other] = [1, 2, 3].map((n) => `${range}.${start + n}`) as [string, string, string];
  const forwarding = await readFile(FORWARDING, 'utf8');
  await runCommand('ip', ['netns', 'add', name]);
  await runCommand('ip', ['link', 'add', near, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name]);
  await runCommand('ip', ['address', 'add', `${host}/29`, 'dev', near]);
  await runCommand('ip', ['link', 'set', near, 'up']);
  await runCommand('ip', ['-n', name, '-batch', '-'], {
    input: ['link set lo up', ...[address, other].map((one) => `address add ${one}/29 dev eth0`), 'link set eth0 up']
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
    stop: async () => {
      await tryCommand('ip', ['link', 'delete', near]);
      await tryCommand('ip', ['netns', 'delete', name]);
      // Files of tests run side by side: the last one gives the machine its setting back.
      if (!(await namespaceNames()).some((one) => one.startsWith(FAR))) await writeFile(FORWARDING, forwarding);
    },
  };
}
export type Outside = Awaited<ReturnType<typeof anOutside>>;
