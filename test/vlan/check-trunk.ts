import type { DesiredBinding } from '#platform/objects/port-binding.ts';
import { aBinding } from '../integration/cell/network/a-binding.ts';
import { gone } from '../integration/cell/network/an-agent.ts';
import type { QemuHost } from './qemu-host.ts';

/** A guest at a port of a host. */
interface PluggedGuest {
  readonly name: string;
  readonly host: QemuHost;
  readonly binding: DesiredBinding;
  readonly address: string;
}

type Check = (what: string, good: boolean, detail?: unknown) => void;

interface TrunkPlan {
  /** A guest of one network on the first host: its port is the parent. */
  readonly parent: PluggedGuest;
  /** Guests on the second host, each of another network; that of the parent's network is among them. */
  readonly others: readonly PluggedGuest[];
  /** What the guests say at their TCP port. */
  readonly wordOf: (name: string) => string;
}

/**
 * The parent's guest sends tagged frames too: by subports of the other guests' networks. Each tag leads to its own network on both hosts, and to no
 * other; a tag that is no subport's, a second tag and a forged sender lead nowhere. Subports come and go while the guest runs.
 * @returns the subports, for those who look at the wire.
 */
export async function checkTrunk(
  { parent, others, wordOf }: TrunkPlan,
  check: Check,
): Promise<readonly PluggedGuest[]> {
  const { host } = parent;
  const inParent = `vvt-guest-${parent.binding.port.id.slice(0, 8)}`;
  const run = async (...command: readonly string[]) => (await host.call('run', command)).status === 0;
  const said = async (...command: readonly string[]) => {
    const { stdout, stderr } = await host.call('run', command);
    return `${stdout}${stderr}`;
  };
  /** A device of the guest for a tag, in a namespace of its own, since all networks have the same addresses. */
  const tagged = async (tag: number, mac: string, address: string): Promise<void> => {
    await run('ip', 'netns', 'add', `tag-${tag}`);
    const type = ['type', 'vlan', 'id', String(tag)];
    await run('ip', '-n', inParent, 'link', 'add', 'link', 'eth0', 'name', 'tagged', 'address', mac, ...type);
    await run('ip', '-n', inParent, 'link', 'set', 'tagged', 'netns', `tag-${tag}`);
    await run('ip', '-n', `tag-${tag}`, 'address', 'add', `${address}/24`, 'dev', 'tagged');
    await run('ip', '-n', `tag-${tag}`, 'link', 'set', 'tagged', 'up');
  };
  const within = (tag: number, ...command: readonly string[]) => ['ip', 'netns', 'exec', `tag-${tag}`, ...command];
  const pings = (tag: number, address: string) => run(...within(tag, 'busybox', 'ping', '-c', '2', '-W', '2', address));
  const fetch = async (tag: number, address: string) => {
    const { stdout } = await host.call('run', within(tag, 'busybox', 'nc', '-w', '3', address, '7000'));
    return stdout.trim();
  };

  const away = others.filter(({ binding }) => binding.network.id !== parent.binding.network.id);
  const subports = away.map(({ binding: { network }, name }, at) => {
    const [tag, address] = [7 + at, `10.9.0.${51 + at}`];
    const trunk = { portId: parent.binding.port.id, segmentationId: tag };
    const binding = aBinding(network, host.name, [address], { parent: trunk });
    return { name: `a subport of ${name.split(' ')[0]}`, host, binding, address, tag };
  });
  const [first] = subports;
  const [target] = away;
  if (first === undefined || target === undefined) throw new Error('a trunk without subports');
  await host.call(
    'apply',
    subports.map(({ binding }) => binding),
  );
  for (const { tag, address, binding, name } of subports) {
    await tagged(tag, binding.port.mac, address);
    const asked = within(tag, 'busybox', 'udhcpc', '-i', 'tagged', '-f', '-q', '-n', '-t', '8', '-s', '/bin/true');
    const lease = await said(...asked);
    check(`${name} gets ${address} by DHCP, with tag ${tag}`, lease.includes(`lease of ${address} obtained`), lease);
    for (const other of others) {
      const isOwn = other.binding.network.id === binding.network.id;
      const answers = { pings: await pings(tag, other.address), word: await fetch(tag, other.address) };
      check(
        `${name} ${isOwn ? 'reaches' : 'does not reach'} ${other.name}`,
        answers.pings === isOwn && answers.word === (isOwn ? wordOf(other.name) : ''),
        answers,
      );
    }
  }
  const back = { portId: target.binding.port.id, address: first.address };
  check(`${target.name} reaches ${first.name}`, await target.host.call('pings', back));
  for (const other of others) {
    const isOwn = other.binding.network.id === parent.binding.network.id;
    const question = { portId: parent.binding.port.id, address: other.address };
    const answered = await host.call('pings', question);
    check(`without a tag ${parent.name} ${isOwn ? 'reaches' : 'does not reach'} ${other.name}`, answered === isOwn);
  }

  await tagged(9, first.binding.port.mac, first.address);
  check('a tag that is no subport of the trunk leads nowhere', !(await pings(9, target.address)));
  const inner = within(first.tag, 'ip', 'link', 'add', 'link', 'tagged', 'name', 'inner', 'type', 'vlan', 'id', '4094');
  await run(...inner);
  await run(...within(first.tag, 'ip', 'address', 'add', '10.9.0.60/24', 'dev', 'inner'));
  await run(...within(first.tag, 'ip', 'link', 'set', 'inner', 'up'));
  const twice = within(first.tag, 'busybox', 'ping', '-I', 'inner', '-c', '2', '-W', '2', target.address);
  check('a second tag leads nowhere', !(await run(...twice)));
  await run(...within(first.tag, 'ip', 'link', 'delete', 'inner'));
  await run(...within(first.tag, 'ip', 'link', 'set', 'tagged', 'address', parent.binding.port.mac));
  check('a forged sender behind a tag leads nowhere', !(await pings(first.tag, target.address)));
  await run(...within(first.tag, 'ip', 'link', 'set', 'tagged', 'address', first.binding.port.mac));
  check(`${first.name} reaches ${target.name} again`, await pings(first.tag, target.address));

  await host.call('apply', [gone(first.binding)]);
  check('a subport that is removed leads nowhere', !(await pings(first.tag, target.address)));
  const again = { ...first.binding, generation: 3, parent: { portId: parent.binding.port.id, segmentationId: 10 } };
  await host.call('apply', [again]);
  await tagged(10, first.binding.port.mac, first.address);
  check('with another tag it leads to its network again', await pings(10, target.address));
  check('and not with the former one', !(await pings(first.tag, target.address)));
  await host.call(
    'apply',
    [again, ...subports.slice(1).map(({ binding }) => binding)].map((binding) => gone(binding)),
  );
  for (const tag of [9, 10, ...subports.map((one) => one.tag)]) await run('ip', 'netns', 'delete', `tag-${tag}`);
  return subports;
}
